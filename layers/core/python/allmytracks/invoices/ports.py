"""Invoices: kept with their account, numbered without gaps, printed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.invoices.rules import Invoice, Series


class Invoices(Protocol):
    """The issued documents of accounts, and how far each series of numbers has come."""

    def of_order(self, account_id: str, order_id: str) -> Sequence[Invoice]:
        """All documents of an order, by position, consistently read."""
        ...

    def all(self, account_id: str) -> Sequence[Invoice]:
        """All documents of an account, newest first."""
        ...

    def count(self, series: Series) -> int:
        """How many numbers of a series were given so far."""
        ...

    def add(self, invoice: Invoice, series: Series, count: int) -> bool:
        """Issues a document as the `count`th of its series, all or nothing.

        False where that number is given, or not the next one, or the order's document of this position is there: then
        nothing was written. Raises Unavailable: then it may have been.
        """
        ...

    def mark_printed(self, invoice: Invoice, sha256: str) -> None:
        """Records that its PDF is stored."""
        ...


class InvoicePrinter(Protocol):
    """Puts an invoice on paper."""

    def print(self, invoice: Invoice) -> bytes:
        """Its PDF; every character that no font prints stands as a question mark."""
        ...
