"""What becomes of a licence after it was issued."""
