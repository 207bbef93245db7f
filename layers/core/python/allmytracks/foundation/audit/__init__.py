"""The record of what operators did (P-security)."""
