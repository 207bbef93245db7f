"""AWS: one client, its errors, its tables."""
