"""The audit log of operators' acts (P-security)."""
