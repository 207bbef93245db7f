"""Orders: quotes, confirmation, taxes, what is to be settled."""
