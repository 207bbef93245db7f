"""Liquidated damages (M-III.10)."""
