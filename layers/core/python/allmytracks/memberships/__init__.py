"""Plans, rights, periods of membership, and what a period allows a day."""
