"""Enterprises: the company of an account, its consent to the agreements, and its letter of authority."""
