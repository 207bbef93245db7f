"""Use cases of license batches, one a file."""
