"""Rate limits of clients (U-II.IV.7)."""
