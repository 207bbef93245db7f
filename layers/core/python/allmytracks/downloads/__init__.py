"""Granted downloads, their links, what is left of the day (M-A.quota)."""
