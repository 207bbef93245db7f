"""Invoices: the twin in memory and DynamoDB keep the same contract."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.foundation.aws.models import Table
from allmytracks.invoices.dynamodb import DynamoInvoices
from allmytracks.invoices.ports import Invoices
from allmytracks.invoices.rules import InvoiceKind, Series
from tests.factories.invoices import SERIES, an_invoice
from tests.fakes.invoices import MemoryInvoices


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def invoices(request: pytest.FixtureRequest) -> Invoices:
    if request.param == "memory":
        return MemoryInvoices()
    table: Table = request.getfixturevalue("accounts_table")
    return DynamoInvoices(table)


@pytest.mark.clause("M-III.1")
def test_a_document_is_read_back_as_issued_with_the_next_number(invoices: Invoices) -> None:
    assert invoices.count(SERIES) == 0
    assert invoices.add(an_invoice(1), SERIES, 1)

    assert invoices.count(SERIES) == 1
    assert invoices.of_order("acc-1", "ord-1") == [an_invoice(1)]
    assert invoices.count(Series(InvoiceKind.CREDIT_NOTE, 2026)) == 0


def test_a_number_is_given_once_and_none_is_left_out(invoices: Invoices) -> None:
    assert invoices.add(an_invoice(1), SERIES, 1)

    assert not invoices.add(an_invoice(1, "ord-2"), SERIES, 1)
    assert not invoices.add(an_invoice(3, "ord-2"), SERIES, 3)
    assert invoices.of_order("acc-1", "ord-2") == []
    assert invoices.add(an_invoice(2, "ord-2"), SERIES, 2)


def test_an_order_s_document_is_issued_once_and_takes_no_second_number(invoices: Invoices) -> None:
    assert invoices.add(an_invoice(1), SERIES, 1)

    assert not invoices.add(an_invoice(2), SERIES, 2)
    assert invoices.count(SERIES) == 1


def test_documents_are_listed_by_position_in_an_order_and_newest_first_in_an_account(invoices: Invoices) -> None:
    for count, (order_id, position) in enumerate([("ord-2", 1), ("ord-1", 1), ("ord-2", 2)], 1):
        assert invoices.add(an_invoice(count, order_id, position), SERIES, count)
    invoices.add(an_invoice(4, "ord-9", account_id="acc-2"), SERIES, 4)

    assert [each.position for each in invoices.of_order("acc-1", "ord-2")] == [1, 2]
    assert [each.number[-1] for each in invoices.all("acc-1")] == ["3", "2", "1"]
    assert invoices.all("acc-3") == []


def test_a_printed_document_says_which_bytes(invoices: Invoices) -> None:
    invoices.add(an_invoice(1), SERIES, 1)

    invoices.mark_printed(an_invoice(1), "f00")

    assert invoices.of_order("acc-1", "ord-1") == [replace(an_invoice(1), document_sha256="f00")]
