"""Making the letter of a licence."""
