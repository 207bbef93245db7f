"""Notices to members (U-VIII)."""
