"""Revocation and supersession of licences, corrections, status lists."""
