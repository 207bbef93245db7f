"""Invoices and credit notes: one for each paid order, whatever comes again, and right to the last unit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.accounts.rules_billing import Billing
from allmytracks.foundation.errors import Unavailable
from allmytracks.invoices.rules import (
    Buyer,
    Due,
    Invoice,
    InvoiceKind,
    InvoiceNotFound,
    InvoiceNotPrinted,
    Series,
    due,
    line_of,
)
from allmytracks.invoices.use_cases.issue_invoices import IssueInvoices
from allmytracks.invoices.use_cases.show_invoices import ShowInvoices
from allmytracks.payments.ledger.rules_announcements import announcements
from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.orders.rules import OrderNotFound
from allmytracks.payments.orders.rules_taxes import Tax
from allmytracks.payments.rules import FactKind
from infra.localcloud.template_yaml import parse as parse_template
from tests.factories.accounts import account
from tests.factories.invoices import (
    SELLER,
    VAT,
    Office,
    order_with_tax,
    paid,
    refunded,
)
from tests.factories.memberships import plan
from tests.factories.payments import a_fact, an_order, at
from tests.factories.subscriptions import storage_order

CREDIT = InvoiceKind.CREDIT_NOTE
MESSAGING = parse_template((Path(__file__).resolve().parents[2] / "infra" / "messaging.yaml").read_text())["Resources"]
WAKES = set(MESSAGING["InvoicesRule"]["Properties"]["EventPattern"]["detail-type"])


@pytest.fixture
def office() -> Office:
    return Office()


def numbers(invoices: list[Invoice]) -> list[tuple[str, int]]:
    return [(each.number, each.total) for each in invoices]


@pytest.mark.clause("M-III.1")
def test_a_paid_order_gets_one_invoice_also_when_the_event_repeats(office: Office) -> None:
    order = order_with_tax()
    office.billing.put("acc-1", Billing("Ada GmbH", ("Gasse 1",), "DE", "DE123"))

    [invoice] = office.settle(order, paid(order))
    office.issue("acc-1", "ord-1")

    assert office.invoices.of_order("acc-1", "ord-1") == [invoice]
    assert (invoice.number, invoice.kind, invoice.issued_at) == ("INV-2026-000001", InvoiceKind.INVOICE, at(days=1))
    assert (invoice.net, invoice.tax, invoice.total, invoice.currency) == (1672, VAT, 1990, "USD")
    assert (invoice.seller, invoice.buyer) == (SELLER, Buyer("Ada GmbH", ("Gasse 1",), "DE", "DE123"))
    sold = f"AllMyTracks membership {plan().name}, one month"
    assert [(line.text, line.net) for line in invoice.lines] == [(sold, 1672)]
    assert list(office.documents.stored) == ["invoices/INV-2026-000001.pdf"]


@pytest.mark.clause("M-III.1")
def test_particulars_that_change_later_do_not_alter_what_was_issued(office: Office) -> None:
    office.billing.put("acc-1", Billing("Ada GmbH", ("Gasse 1",), "DE"))
    [issued] = office.settle(an_order(), paid(an_order()))
    document = office.documents.get(issued.document_key)

    office.billing.put("acc-1", Billing("Another Ltd", ("Road 2",), "HK"))
    office.issue("acc-1", "ord-1")

    assert office.invoices.of_order("acc-1", "ord-1") == [issued]
    assert office.documents.get(issued.document_key) == document


def test_without_particulars_the_invoice_names_the_account(office: Office) -> None:
    [invoice] = office.settle(an_order(), paid(an_order()))

    assert invoice.buyer == Buyer("acc-1@example.org", (), "HK", None)


@pytest.mark.parametrize(("stored", "named"), [("de", "DE"), ("Germany", None)])
def test_an_invoice_names_no_country_that_is_none(office: Office, stored: str, named: str | None) -> None:
    office.accounts.stored["acc-1"] = replace(account(), country=stored)

    [invoice] = office.settle(an_order(), paid(an_order()))

    assert invoice.buyer.country == named


@pytest.mark.parametrize("kind", [FactKind.PAYMENT_FAILED, FactKind.CHECKOUT_EXPIRED, FactKind.ORDER_DECLINED])
def test_what_was_not_paid_has_no_invoice(office: Office, kind: FactKind) -> None:
    assert office.settle(an_order(), a_fact(kind, "evt_1", at(minutes=1))) == []


@pytest.mark.clause("M-II.8")
def test_each_partial_refund_gets_a_credit_note(office: Office) -> None:
    order = order_with_tax()
    office.settle(order, paid(order))
    office.settle(order, paid(order), refunded(order, 500, 1))

    issued = office.settle(order, paid(order), refunded(order, 500, 1), refunded(order, 1490, 2))

    assert numbers(issued) == [("INV-2026-000001", 1990), ("CRN-2026-000001", 500), ("CRN-2026-000002", 1490)]
    assert [each.refers_to for each in issued] == [None, "INV-2026-000001", "INV-2026-000001"]
    assert [each.tax.amount if each.tax else 0 for each in issued] == [318, 80, 238]
    assert all(each.net + (each.tax.amount if each.tax else 0) == each.total for each in issued)


@pytest.mark.clause("M-III.1")
def test_who_owes_the_tax_is_said_by_the_credit_note_as_by_the_invoice(office: Office) -> None:
    reverse = Tax("DE", "VAT", "0", 0, reverse_charge=True)
    order = replace(order_with_tax(), amount=1672, tax=reverse)
    office.billing.put("acc-1", Billing("Ada GmbH", ("Gasse 1",), "DE", "DE136695976"))

    issued = office.settle(order, paid(order), refunded(order, 672, 1))

    assert [(each.net, each.tax, each.total) for each in issued] == [(1672, reverse, 1672), (672, reverse, 672)]
    assert {each.buyer.tax_id for each in issued} == {"DE136695976"}


def test_an_order_that_was_refunded_before_it_was_looked_at_gets_both_documents(office: Office) -> None:
    order = an_order()

    issued = office.settle(order, refunded(order, 1990), paid(order))

    assert [(each.kind, each.total) for each in issued] == [(InvoiceKind.INVOICE, 1990), (CREDIT, 1990)]


def test_a_refund_that_fails_after_its_credit_note_is_invoiced_again(office: Office) -> None:
    order = order_with_tax()
    office.settle(order, paid(order), refunded(order, 500, 1))

    issued = office.settle(order, paid(order), refunded(order, 500, 1), refunded(order, 500, 1, FactKind.REFUND_FAILED))

    assert numbers(issued)[2] == ("INV-2026-000002", 500)
    assert issued[2].refers_to == "CRN-2026-000001"


def test_a_double_payment_is_refunded_without_changing_the_invoice(office: Office) -> None:
    order = an_order()
    again = replace(paid(order), event_id="evt_again", subject="cs_2", references=("pi_2",))

    first = office.settle(order, paid(order), again, refunded(order, 1990, 1))
    then = office.settle(order, paid(order), again, refunded(order, 1990, 1), refunded(order, 990, 2))

    assert numbers(first) == [("INV-2026-000001", 1990)]
    assert numbers(then) == [("INV-2026-000001", 1990), ("CRN-2026-000001", 990)]


def test_each_year_starts_its_own_numbers(office: Office) -> None:
    office.settle(an_order("ord-1"), paid(an_order("ord-1")))
    office.clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    office.settle(an_order("ord-2"), paid(an_order("ord-2")))

    assert sorted(each.number for each in office.invoices.stored.values()) == ["INV-2026-000001", "INV-2027-000001"]
    assert Series(CREDIT, 2027).number(1_234_567) == "CRN-2027-1234567"


@pytest.mark.clause("M-III.1")
def test_a_credit_note_is_made_out_to_the_buyer_of_its_invoice(office: Office) -> None:
    order = order_with_tax()
    office.billing.put("acc-1", Billing("Ada GmbH", ("Gasse 1",), "DE", "DE123"))
    [invoice] = office.settle(order, paid(order))

    office.billing.put("acc-1", Billing("Another Ltd", ("Road 2",), "HK"))
    [_, credit] = office.settle(order, paid(order), refunded(order, 500))

    assert credit.buyer == invoice.buyer


@settings(max_examples=60)
@given(st.integers(1, 5000), st.integers(0, 900), st.lists(st.integers(1, 2000), max_size=6))
def test_taxes_and_sums_of_all_documents_add_up_to_what_was_kept(price: int, tax: int, parts: list[int]) -> None:
    office = Office()
    order = replace(an_order(amount=price), tax=Tax("DE", "VAT", "19", min(tax, price)))
    facts = [paid(order)]
    for number, part in enumerate(parts, 1):
        facts.append(refunded(order, part, number))
        office.settle(order, *facts)
    office.settle(order, *facts)

    issued = office.invoices.of_order("acc-1", "ord-1")
    signs = [-1 if each.kind is CREDIT else 1 for each in issued]
    kept = price - min(price, sum(parts))
    assert sum(sign * each.total for sign, each in zip(signs, issued, strict=True)) == kept
    taxes = sum(sign * each.tax.amount for sign, each in zip(signs, issued, strict=True) if each.tax)
    assert taxes == (min(tax, price) if kept == price else (2 * min(tax, price) * kept + price) // (2 * price))
    assert all(each.total > 0 for each in issued)


CHANGES = {
    FactKind.REFUND_SUCCEEDED: "re",
    FactKind.REFUND_FAILED: "re",
    FactKind.DISPUTE_OPENED: "dp",
    FactKind.DISPUTE_LOST: "dp",
    FactKind.DISPUTE_WON: "dp",
    FactKind.ORDER_DECLINED: "decision",
    FactKind.MEMBERSHIP_CANCELLED: "decision",
}


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(list(CHANGES)), st.integers(1, 3)), max_size=6))
@example(
    [(FactKind.REFUND_SUCCEEDED, 3), (FactKind.REFUND_FAILED, 3), *((FactKind.REFUND_SUCCEEDED, n) for n in (1, 2))]
)
def test_an_event_reaches_the_worker_whenever_a_document_is_due(changes: list[tuple[FactKind, int]]) -> None:
    """What wakes it is in infra/messaging.yaml; what it misses would stay undone, since nothing else looks."""
    office, order, facts, told = Office(), an_order(), [paid(an_order())], set[str]()
    for day, change in enumerate([None, *changes]):
        if change is not None:
            kind, number = change
            if kind is FactKind.DISPUTE_LOST and (FactKind.DISPUTE_WON, number) in changes:
                continue  # a bank may turn a decision for us in the end, and not back again
            name, amount = f"{CHANGES[kind]}_{number}", 300 * number
            facts.append(a_fact(kind, f"evt_{day}", at(days=day), subject=name, amount=amount))
        outcome = fold([order], facts)
        now = list(announcements(replace(order, announced=frozenset(told)), outcome))
        told |= {occasion for occasion, _ in now}
        settled = replace(order, settlement=outcome.settlements["ord-1"])
        if due(settled, office.invoices.of_order("acc-1", "ord-1")) is not None:
            assert {event.name for _, event in now} & WAKES
        office.settle(order, *facts)


def test_another_that_takes_every_number_first_makes_the_worker_give_up_for_now(office: Office) -> None:
    class Overtaken(type(office.invoices)):  # type: ignore[misc]  # the twin, always too late
        def add(self, invoice: Invoice, series: Series, count: int) -> bool:  # noqa: ARG002 - the port's signature
            return False

    order = an_order()
    office.orders.stored["ord-1"] = replace(order, settlement=None)
    office.settle(order)
    office.issue = IssueInvoices(**{**vars(office.issue), "invoices": Overtaken()})

    with pytest.raises(Unavailable):
        office.settle(order, paid(order))


@pytest.mark.clause("M-IV")
def test_a_member_sees_the_own_documents_alone_and_none_before_it_is_printed(office: Office) -> None:
    show = ShowInvoices(office.orders, office.invoices, office.documents)
    order = an_order()
    office.orders.add(order)
    with pytest.raises(InvoiceNotFound):
        show.of_order("acc-1", "ord-1")
    [invoice] = office.settle(order, paid(order))

    [shown] = show.of_order("acc-1", "ord-1")
    assert show.all("acc-1") == [shown]
    assert show.document(shown) == office.documents.get(invoice.document_key)
    with pytest.raises(InvoiceNotPrinted):
        show.document(replace(shown, document_sha256=None))
    assert show.all("acc-2") == []
    with pytest.raises(OrderNotFound):
        show.of_order("acc-2", "ord-1")
    with pytest.raises(InvoiceNotFound):
        show.numbered("acc-2", invoice.number)


@pytest.mark.parametrize(
    ("language", "membership", "storage"),
    [
        (
            "en",
            "AllMyTracks membership Music & Sound Effects Premium, one month",
            "AllMyTracks cloud storage, 30 days of recordings, one year",
        ),
        (
            "zh-Hant",
            "AllMyTracks 會員資格：Music & Sound Effects Premium，1個月",
            "AllMyTracks 雲端儲存：30 days of recordings，1年",
        ),
        (
            "zh-Hans",
            "AllMyTracks 会员资格：Music & Sound Effects Premium，1个月",
            "AllMyTracks 云存储：30 days of recordings，1年",
        ),
    ],
)
def test_a_line_says_what_was_sold_in_the_members_language(language: str, membership: str, storage: str) -> None:
    one = Due(InvoiceKind.INVOICE, 1990, None, None)
    assert line_of(an_order(), one, language).text == membership
    assert line_of(storage_order(), one, language).text == storage
    assert "INV-2026-000001" in line_of(storage_order(), replace(one, refers_to="INV-2026-000001"), language).text
