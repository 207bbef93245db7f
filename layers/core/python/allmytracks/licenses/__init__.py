"""Licence letters: applying, issuing, listing."""
