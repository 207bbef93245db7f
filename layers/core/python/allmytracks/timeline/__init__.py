"""The timeline of an account: what was granted, refused, paid, restricted and done, newest first."""
