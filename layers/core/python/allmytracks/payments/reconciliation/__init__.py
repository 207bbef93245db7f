"""Comparing the provider's record with ours."""
