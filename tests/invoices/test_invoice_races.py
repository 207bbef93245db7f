"""Many workers at once on the real DynamoDB: every order one invoice, every number once, none left out."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.invoices.dynamodb import DynamoInvoices
from allmytracks.invoices.rules import InvoiceKind, Series
from allmytracks.payments.ledger.rules_folding import fold
from tests.factories.invoices import Office, paid, refunded
from tests.factories.payments import an_order

pytestmark = pytest.mark.dynamodb
WORKERS, ORDERS = 8, 12


@pytest.mark.clause("M-III.1")
def test_numbers_are_gapless_with_concurrent_workers(accounts_table: Table) -> None:
    office = Office()
    for number in range(ORDERS):
        order = an_order(f"ord-{number}")
        settled = fold([order], [paid(order), refunded(order, 500)]).settlements[order.id]
        office.orders.stored[order.id] = replace(order, settlement=settled)
    invoices = DynamoInvoices(accounts_table)
    issue = dataclasses.replace(office.issue, invoices=invoices)

    def work(order_id: str) -> None:
        """As the queue does: what fails comes again."""
        while True:
            try:
                issue("acc-1", order_id)
            except Unavailable:
                continue
            return

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, [f"ord-{number % ORDERS}" for number in range(2 * ORDERS)]))

    issued = invoices.all("acc-1")
    assert len(issued) == 2 * ORDERS
    for kind in InvoiceKind:
        series = Series(kind, 2026)
        given = sorted(each.number for each in issued if each.kind is kind)
        assert given == [series.number(count) for count in range(1, ORDERS + 1)]
        assert invoices.count(series) == ORDERS
    assert all(each.document_sha256 is not None for each in issued)
