"""In-memory fakes: invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.invoices.dynamodb import newest_first
from allmytracks.invoices.rules import Invoice, Series


@dataclass
class MemoryInvoices:
    """Invoices in memory."""

    stored: dict[tuple[str, int], Invoice] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)

    def of_order(self, account_id: str, order_id: str) -> Sequence[Invoice]:
        found = [each for each in self.stored.values() if (each.account_id, each.order_id) == (account_id, order_id)]
        return sorted(found, key=lambda invoice: invoice.position)

    def all(self, account_id: str) -> Sequence[Invoice]:
        return newest_first(each for each in self.stored.values() if each.account_id == account_id)

    def count(self, series: Series) -> int:
        return self.given.get(series.name, 0)

    def add(self, invoice: Invoice, series: Series, count: int) -> bool:
        place = (invoice.order_id, invoice.position)
        if self.count(series) != count - 1 or place in self.stored:
            return False
        self.given[series.name] = count
        self.stored[place] = invoice
        return True

    def mark_printed(self, invoice: Invoice, sha256: str) -> None:
        place = (invoice.order_id, invoice.position)
        self.stored[place] = replace(self.stored[place], document_sha256=sha256)


class PlainInvoicePrinter:
    """Invoices as plain text, for tests that do not look at the page."""

    def print(self, invoice: Invoice) -> bytes:
        return repr(invoice).encode()
