"""Invoices and credit notes (M-III.1)."""
