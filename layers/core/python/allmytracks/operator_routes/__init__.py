"""The operators' REST API, written with Chalice: one blueprint an area. functions/ops_api puts them together."""
