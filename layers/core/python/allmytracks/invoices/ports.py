"""Invoices: stored with their account, numbered without gaps, printed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.invoices.rules import Invoice, Series


class Invoices(Protocol):
    """The issued documents of accounts, and the counters of their numbers."""

    def of_order(self, account_id: str, order_id: str) -> Sequence[Invoice]:
        """All documents of an order, by position, consistently read."""
        ...

    def all(self, account_id: str) -> Sequence[Invoice]:
        """All documents of an account, newest first."""
        ...

    def count(self, series: Series) -> int:
        """The number of documents in a series so far."""
        ...

    def add(self, invoice: Invoice, series: Series, count: int) -> bool:
        """Issues a document as the `count`th of its series, atomically.

        False, with nothing written, where that number is not the next one, or the order has a document at this
        position. Raises Unavailable; then it may have been written.
        """
        ...

    def mark_printed(self, invoice: Invoice, sha256: str) -> None:
        """Records that its PDF is stored."""
        ...


class InvoicePrinter(Protocol):
    """Makes the PDF of an invoice."""

    def print(self, invoice: Invoice) -> bytes:
        """Its PDF, with a question mark for every character that no font has."""
        ...
