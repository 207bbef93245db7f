"""Orders and what payment facts make of them."""
