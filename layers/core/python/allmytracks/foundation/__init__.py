"""What every capability builds on; knows no business word."""
