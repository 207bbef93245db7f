"""Orders: quotes, confirmation, taxes, refunds to make."""
