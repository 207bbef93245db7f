"""The two-person rule: acts that one operator asks for and another one approves (P-security)."""
