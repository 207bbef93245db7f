"""Requests and complaints to customer service (P-15days)."""
