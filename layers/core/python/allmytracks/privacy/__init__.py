"""What is kept of people: declared, exported, erased, and kept no longer than needed (P-storage, P-manage)."""
