"""What operators look up."""
