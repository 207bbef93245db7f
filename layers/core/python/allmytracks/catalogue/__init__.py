"""Tracks, their files, the search over them, imports."""
