"""The inbox of payment facts and the folding of them."""
