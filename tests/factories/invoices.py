"""Invoices for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.invoices.rules import (
    Buyer,
    Invoice,
    InvoiceKind,
    Line,
    Paid,
    Seller,
    Series,
)
from allmytracks.invoices.use_cases.issue_invoices import IssueInvoices
from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_taxes import Tax
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.accounts import account
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.accounts import MemoryAccounts, MemoryBillingParticulars
from tests.fakes.documents import MemoryDocuments
from tests.fakes.foundation import FixedClock
from tests.fakes.invoices import MemoryInvoices, PlainInvoicePrinter
from tests.fakes.memberships import MemoryMemberships
from tests.fakes.orders import MemoryOrders

SELLER = Seller("AllMyTracks Ltd", "1234567", ("1 Harbour Road", "Hong Kong"), "HK-99", "billing@allmytracks.example")
SERIES = Series(InvoiceKind.INVOICE, 2026)
VAT = Tax("DE", "VAT", "19", 318)


def an_invoice(count: int = 1, order_id: str = "ord-1", position: int = 1, account_id: str = "acc-1") -> Invoice:
    """The invoice of one paid order."""
    return Invoice(
        number=SERIES.number(count),
        kind=InvoiceKind.INVOICE,
        account_id=account_id,
        order_id=order_id,
        position=position,
        issued_at=at(minutes=count),
        paid_at=at(minutes=1),
        seller=SELLER,
        buyer=Buyer("Ada GmbH", ("Gasse 1", "Berlin"), "DE", "DE123"),
        lines=(Line("AllMyTracks membership Premium, one month", 1, 1672),),
        currency="USD",
        net=1672,
        tax=VAT,
        total=1990,
        method="card",
        payment_reference="pi_1",
        period=Paid(at(minutes=1), at(days=30)),
    )


def paid(order: Order, occurred_at: int = 0) -> Fact:
    """The event that an order was paid, days after the start."""
    return a_fact(
        FactKind.PAYMENT_SUCCEEDED,
        f"evt_{order.id}",
        at(days=occurred_at),
        order.id,
        subject=f"cs_{order.id}",
        amount=order.amount,
        currency=order.currency,
    )


def refunded(order: Order, amount: int, number: int = 1, kind: FactKind = FactKind.REFUND_SUCCEEDED) -> Fact:
    """The event that a part was given back (or came back to us)."""
    return a_fact(
        kind, f"evt_r{number}_{kind}_{order.id}", at(days=number), order.id, subject=f"re_{number}", amount=amount
    )


@dataclass
class Office:
    """All that invoices are issued with, in memory."""

    orders: MemoryOrders = field(default_factory=MemoryOrders)
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    billing: MemoryBillingParticulars = field(default_factory=MemoryBillingParticulars)
    invoices: MemoryInvoices = field(default_factory=MemoryInvoices)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    clock: FixedClock = field(default_factory=lambda: FixedClock(at(days=1)))
    memberships: MemoryMemberships = field(default_factory=MemoryMemberships)

    def __post_init__(self) -> None:
        self.accounts.add(account(), [])
        self.issue = IssueInvoices(
            orders=self.orders,
            accounts=self.accounts,
            billing=self.billing,
            memberships=self.memberships,
            invoices=self.invoices,
            printer=PlainInvoicePrinter(),
            documents=self.documents,
            clock=self.clock,
            seller=SELLER,
        )

    def settle(self, order: Order, *facts: Fact) -> list[Invoice]:
        """Folds facts into an order and issues what follows."""
        settled = fold([order], facts).settlements.get(order.id)
        self.orders.stored[order.id] = replace(order, settlement=settled)
        self.issue(order.account_id, order.id)
        return list(self.invoices.of_order(order.account_id, order.id))


def order_with_tax(order_id: str = "ord-1") -> Order:
    """A quote with tax in its price."""
    return replace(an_order(order_id), tax=VAT)
