"""The operators' REST API, written with Chalice: one blueprint for each area. functions/ops_api combines them."""
