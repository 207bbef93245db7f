"""Keys, signatures, certificates."""
