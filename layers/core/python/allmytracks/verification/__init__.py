"""Checking a licence: by number, by letter, as a page."""
