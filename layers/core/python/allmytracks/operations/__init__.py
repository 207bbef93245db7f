"""Operators' look-ups across capabilities."""
