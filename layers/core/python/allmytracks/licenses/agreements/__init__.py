"""Music licence agreements (U-III.I.5)."""
