"""Signing in by an account at another provider (U-II.II.2.third)."""
