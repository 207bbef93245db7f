"""PDFs of any script, and the objects that documents are kept in."""
