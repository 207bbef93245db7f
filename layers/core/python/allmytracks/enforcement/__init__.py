"""Anti-fraud rules, restrictions, bans, cases (M-III.5)."""
