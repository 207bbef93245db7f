"""Issuing invoices while AWS fails: one document each, no number lost or given twice, and each printed (M-III.1)."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from allmytracks.invoices.dynamodb import DynamoInvoices
from allmytracks.invoices.rules import Invoice, InvoiceKind, Series
from allmytracks.payments.ledger.rules_folding import fold
from tests.factories.invoices import Office, paid, refunded
from tests.factories.payments import an_order
from tests.fakes.documents import MemoryDocuments
from tests.faults.injector import (
    EVERY_FAULT,
    FallibleCalls,
    Fault,
    Kind,
    Moment,
    no_faults,
)
from tests.faults.payments import patiently
from tests.faults.site import DownloadSite
from tests.faults.verdicts import failing

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("M-III.1")]


@dataclass
class FallibleDocuments:
    """The bucket."""

    calls: FallibleCalls
    kept: MemoryDocuments = field(default_factory=MemoryDocuments)

    def put(self, key: str, content: bytes) -> None:
        self.calls.send("PutObject", lambda: self.kept.put(key, content))

    def get(self, key: str) -> bytes:
        return self.calls.send("GetObject", lambda: self.kept.get(key))


@dataclass
class Books:
    """A worker on a real table; its bucket is a list, its orders are in memory and never fail."""

    site: DownloadSite
    orders: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def issue(self, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
        """One paid and partly refunded order under faults: what was wrong in the end, and what was sent."""
        office, order = Office(), an_order(f"ord-{next(self.orders)}")
        settled = fold([order], [paid(order), refunded(order, 500)]).settlements[order.id]
        office.orders.stored[order.id] = replace(order, settlement=settled)
        invoices = DynamoInvoices(self.site.tables["accounts_table"])
        documents = FallibleDocuments(self.site.injector)
        issue = dataclasses.replace(office.issue, invoices=invoices, documents=documents)
        before = {kind: invoices.count(Series(kind, 2026)) for kind in InvoiceKind}
        self.site.injector.expect(failing(faults))
        patiently(lambda: issue("acc-1", order.id))
        sent = self.site.injector.sent
        self.site.injector.expect(no_faults)
        wrong = self._wrong(invoices.of_order("acc-1", order.id), before, documents)
        return [f"{ {n: str(fault) for n, fault in faults.items()} } in {sent}: {each}" for each in wrong], sent

    @staticmethod
    def _wrong(issued: object, before: dict[InvoiceKind, int], documents: FallibleDocuments) -> list[str]:
        assert isinstance(issued, list)
        found: list[Invoice] = issued
        expected = [Series(kind, 2026).number(before[kind] + 1) for kind in InvoiceKind]
        wrong = []
        if [each.number for each in found] != expected:
            wrong.append(f"issued {[each.number for each in found]} instead of {expected}")
        if any(each.document_sha256 is None or each.document_key not in documents.kept.stored for each in found):
            wrong.append(f"not printed: {found}")
        return wrong


@pytest.fixture(scope="module")
def books(module_site: DownloadSite) -> Books:
    return Books(module_site)


# The other kinds reduce to one of these: a lost response, a conflict, a crash of the process.
TOLD = [each for each in EVERY_FAULT if each.kind in {Kind.TIMED_OUT, Kind.CONFLICT, Kind.KILLED}]


@pytest.mark.parametrize("fault", TOLD, ids=str)
def test_one_fault_at_each_call(books: Books, fault: Fault) -> None:
    _, calls = books.issue({})
    assert {"TransactWriteItems", "PutObject", "Query", "UpdateItem"} <= set(calls)

    wrong = [each for number in range(len(calls)) for each in books.issue({number: fault})[0]]

    assert wrong == []


def test_a_number_lost_to_another_worker_is_retried_immediately(books: Books) -> None:
    """The queue brings a failed message back after three minutes, and five times at most."""
    office, order = Office(), an_order("ord-conflict")
    office.orders.stored[order.id] = replace(order, settlement=fold([order], [paid(order)]).settlements[order.id])
    invoices = DynamoInvoices(books.site.tables["accounts_table"])
    issue = dataclasses.replace(office.issue, invoices=invoices)
    conflicts = iter([Fault(Kind.CONFLICT, Moment.BEFORE)] * 2)
    books.site.injector.expect(
        lambda _number, operation: next(conflicts, None) if operation == "TransactWriteItems" else None
    )

    issue("acc-1", order.id)
    books.site.injector.expect(no_faults)

    assert len(invoices.of_order("acc-1", order.id)) == 1
