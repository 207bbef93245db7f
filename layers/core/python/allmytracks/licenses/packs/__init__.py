"""A project's licences in one file."""
