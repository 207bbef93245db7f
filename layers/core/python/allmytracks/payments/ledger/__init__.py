"""The inbox of payment facts, and their folding."""
