"""Orders, payment facts and their folding."""
