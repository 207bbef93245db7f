"""What members are told of (U-VIII)."""
