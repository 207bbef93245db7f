"""Texts for disputing a platform's claim on a licensed work."""
