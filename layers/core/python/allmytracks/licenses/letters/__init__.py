"""A licence made into a letter."""
