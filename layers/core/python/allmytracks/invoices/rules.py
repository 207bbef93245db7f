"""Invoices and credit notes: one invoice for each paid order, a credit note for each return (M-III.1, M-II.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.documents.rules_dates import day
from allmytracks.documents.rules_languages import ENGLISH, SIMPLIFIED_CHINESE, TRADITIONAL_CHINESE
from allmytracks.foundation.errors import Conflict, NotFound
from allmytracks.memberships.rules_terms import term_in_words
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_taxes import Tax


class InvoiceNotFound(NotFound):
    """The caller has no such invoice, or the order has none."""

    code = "invoice_not_found"


class InvoiceNotPrinted(Conflict):
    """The invoice is issued, but its PDF is not stored yet."""

    code = "invoice_not_printed_yet"


class InvoiceKind(StrEnum):
    """The kind of a document: an invoice of a sum that was paid, or a credit note of a sum that was returned."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


_PREFIXES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT_NOTE: "CRN"}


class Series(Struct, frozen=True):
    """The numbers of one kind in one year (UTC), without gaps."""

    kind: InvoiceKind
    year: int

    @property
    def name(self) -> str:
        return f"{_PREFIXES[self.kind]}-{self.year}"

    def number(self, count: int) -> str:
        """The number of the document that is the `count`th of the series: INV-2026-000001."""
        return f"{self.name}-{count:06d}"


class Seller(Struct, frozen=True):
    """The company that sells, as invoices name it; the address a line each."""

    name: str
    registration: str
    address: tuple[str, ...]
    tax_id: str | None
    contact: str | None = None


class Buyer(Struct, frozen=True):
    """Whom an invoice is made out to, at the time of issue; without particulars by name or e-mail address."""

    name: str
    address: tuple[str, ...] = ()
    country: str | None = None
    tax_id: str | None = None


class Line(Struct, frozen=True):
    """One line: what was sold, and for how much without tax, in the currency's minor unit."""

    text: str
    quantity: int
    net: int


class Paid(Struct, frozen=True):
    """The membership period that was paid for."""

    starts_at: datetime
    ends_at: datetime


class Due(Struct, frozen=True):
    """A document to be issued: `gross` includes tax; `refers_to` is the document that it is about."""

    kind: InvoiceKind
    gross: int
    tax: Tax | None
    refers_to: str | None


class Invoice(Struct, frozen=True):
    """One issued document; immutable except for `document_sha256`, which is set when its PDF is stored.

    `position` counts the documents of one order. Sums in the currency's minor unit, positive on credit notes too.
    """

    number: str
    kind: InvoiceKind
    account_id: str
    order_id: str
    position: int
    issued_at: datetime
    paid_at: datetime
    seller: Seller
    buyer: Buyer
    lines: tuple[Line, ...]
    currency: str
    net: int
    tax: Tax | None
    total: int
    refers_to: str | None = None
    method: str | None = None
    payment_reference: str | None = None
    document_sha256: str | None = None
    period: Paid | None = None
    language: str = ENGLISH

    @property
    def document_key(self) -> str:
        """The key of its PDF."""
        return f"invoices/{self.number}.pdf"


def due(order: Order, issued: Sequence[Invoice]) -> Due | None:
    """The next document that an order needs, or None: a function of what was paid, returned and issued.

    A paid order gets its invoice, even if it was returned since; then documents follow until their balance is the kept
    part of the price: credit notes for returned money, another invoice for money of a failed refund.
    """
    settled = order.settlement
    if settled is None or settled.activated_at is None:
        return None
    if not issued:
        return Due(InvoiceKind.INVOICE, order.amount, order.tax, None)
    balance = sum(each.total if each.kind is InvoiceKind.INVOICE else -each.total for each in issued)
    # Overpayments (paying twice, say) are returned without affecting the invoice.
    beyond = settled.amount_paid - order.amount
    kept = order.amount - min(order.amount, max(0, settled.amount_returned - beyond))
    if kept == balance:
        return None
    kind = InvoiceKind.INVOICE if kept > balance else InvoiceKind.CREDIT_NOTE
    refers_to = issued[-1].number if kind is InvoiceKind.INVOICE else issued[0].number
    return Due(kind, abs(kept - balance), _tax_between(order, balance, kept), refers_to)


def _tax_between(order: Order, before: int, after: int) -> Tax | None:
    """The tax of the difference between two balances, so that the taxes of all documents add up exactly."""
    if order.tax is None:
        return None
    amount = abs(_share(order.tax.amount, after, order.amount) - _share(order.tax.amount, before, order.amount))
    return replace(order.tax, amount=amount)


def _share(tax: int, balance: int, whole: int) -> int:
    return (2 * tax * balance + whole) // (2 * whole)  # halves are rounded up


# What was sold: a membership, cloud storage, storage from a day on, and the reference to another document.
_SOLD = {
    ENGLISH: (
        "AllMyTracks membership {plan}, {term}",
        "AllMyTracks cloud storage, {plan}, {term}",
        "{sold} from {day}",
        "{sold} (see {number})",
    ),
    TRADITIONAL_CHINESE: (
        "AllMyTracks 會員資格：{plan}，{term}",
        "AllMyTracks 雲端儲存：{plan}，{term}",
        "{sold}，由{day}起",
        "{sold}（見 {number}）",
    ),
    SIMPLIFIED_CHINESE: (
        "AllMyTracks 会员资格：{plan}，{term}",
        "AllMyTracks 云存储：{plan}，{term}",
        "{sold}，自{day}起",
        "{sold}（见 {number}）",
    ),
}


_SPECIAL = {
    ENGLISH: "AllMyTracks special licence",
    TRADITIONAL_CHINESE: "AllMyTracks 特別授權",
    SIMPLIFIED_CHINESE: "AllMyTracks 特别授权",
}


def line_of(order: Order, due_: Due, language: str = ENGLISH) -> Line:
    """The line of an order."""
    membership, storage, since, about = _SOLD[language]
    named = membership if order.storage is None else storage
    if order.special is not None:
        named = _SPECIAL[language]
    sold = named.format(plan=order.benefits.plan_name, term=term_in_words(order.benefits.term, language))
    covers_from = order.settlement.covers_from if order.settlement and order.storage is not None else None
    if covers_from is not None:
        sold = since.format(sold=sold, day=day(covers_from, language))
    text = sold if due_.refers_to is None else about.format(sold=sold, number=due_.refers_to)
    return Line(text, 1, due_.gross - (due_.tax.amount if due_.tax else 0))
