"""How an account ends: by its member, an operator, or because nobody uses it (U-II.III.3, S-6)."""
