"""What every capability builds on, without business terms."""
