"""Granted downloads, their links, and the daily allowance (M-A.quota)."""
