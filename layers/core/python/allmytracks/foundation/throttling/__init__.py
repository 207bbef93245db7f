"""How often one client may ask (U-II.IV.7)."""
