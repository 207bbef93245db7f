"""Response bodies of the invoice routes. Sums in the currency's minor unit."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import asdict

from allmytracks.foundation.instants import rfc3339
from allmytracks.invoices.rules import Invoice
from allmytracks.payments.schemas import TaxAnswer


class SellerAnswer(msgspec.Struct):
    """The company that sells."""

    name: str
    registration: str
    address: list[str]
    tax_id: str | None
    contact: str | None


class BuyerAnswer(msgspec.Struct):
    """Whom it is made out to, at the time of issue."""

    name: str
    address: list[str]
    country: str | None
    tax_id: str | None


class LineAnswer(msgspec.Struct):
    """One line; `net` is without tax."""

    text: str
    quantity: int
    net: int


class InvoicedPeriodAnswer(msgspec.Struct):
    """The membership period that was paid for."""

    starts_at: str
    ends_at: str


class DocumentAnswer(msgspec.Struct):
    """An invoice or a credit note, as it was issued; `refers_to` is the document that it is about."""

    number: str
    kind: str
    order_id: str
    issued_at: str
    paid_at: str
    seller: SellerAnswer
    buyer: BuyerAnswer
    lines: list[LineAnswer]
    currency: str
    net: int
    tax: TaxAnswer | None
    total: int
    refers_to: str | None
    payment_method: str | None
    payment_reference: str | None
    period: InvoicedPeriodAnswer | None
    language: str
    document_url: str
    document_sha256: str | None


class InvoiceAnswer(DocumentAnswer):
    """The invoice of an order, and what followed it: credit notes for what was given back."""

    followed_by: list[DocumentAnswer] = []


class InvoicesAnswer(msgspec.Struct):
    """A page of the caller's invoices and credit notes, newest first."""

    items: list[DocumentAnswer]
    next_cursor: str | None


def document_answer(invoice: Invoice, public_url: str) -> DocumentAnswer:
    """A document as its buyer sees it."""
    seller, buyer = invoice.seller, invoice.buyer
    return DocumentAnswer(
        number=invoice.number,
        kind=invoice.kind.value,
        order_id=invoice.order_id,
        issued_at=rfc3339(invoice.issued_at),
        paid_at=rfc3339(invoice.paid_at),
        seller=SellerAnswer(seller.name, seller.registration, list(seller.address), seller.tax_id, seller.contact),
        buyer=BuyerAnswer(buyer.name, list(buyer.address), buyer.country, buyer.tax_id),
        lines=[LineAnswer(line.text, line.quantity, line.net) for line in invoice.lines],
        currency=invoice.currency,
        net=invoice.net,
        tax=TaxAnswer(**asdict(invoice.tax)) if invoice.tax else None,
        total=invoice.total,
        refers_to=invoice.refers_to,
        payment_method=invoice.method,
        payment_reference=invoice.payment_reference,
        period=InvoicedPeriodAnswer(rfc3339(invoice.period.starts_at), rfc3339(invoice.period.ends_at))
        if invoice.period
        else None,
        language=invoice.language,
        document_url=f"{public_url}/v1/invoices/{invoice.number}/document",
        document_sha256=invoice.document_sha256,
    )


def invoice_answer(issued: Sequence[Invoice], public_url: str) -> InvoiceAnswer:
    """All documents of one order, the first of them the invoice."""
    invoice, *others = (document_answer(each, public_url) for each in issued)
    return InvoiceAnswer(**msgspec.structs.asdict(invoice), followed_by=others)
