"""Invoices and credit notes as PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from iso3166 import countries_by_alpha2
from msgspec.structs import asdict

from allmytracks.documents.fonts import written, written_in_part
from allmytracks.documents.typesetting import Typesetter
from allmytracks.foundation.money import decimal, money
from allmytracks.invoices.rules import Buyer, Invoice, InvoiceKind, Seller

_TITLES = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "Credit note"}


class PdfInvoicePrinter:
    """Prints invoices; deterministic."""

    def __init__(self) -> None:
        self._typesetter = Typesetter(Path(__file__).with_name("invoice.typ"))

    def print(self, invoice: Invoice) -> bytes:
        return self._typesetter.typeset(content_of(invoice), invoice.issued_at)


def content_of(of: Invoice) -> dict[str, object]:
    """What the template prints."""
    title = _TITLES[of.kind]
    return {
        "title": title,
        "number": of.number,
        "author": of.seller.name,
        "description": f"{title} {of.number}",
        "font": written("").font,
        "seller": [_line(text) for text in seller_lines(of.seller)],
        "buyer_label": "To",
        "buyer": [_line(text) for text in buyer_lines(of.buyer)],
        "facts": [{"label": label, "value": value} for label, value in _facts(of)],
        "columns": ["Description", "Quantity", f"Amount ({of.currency})"],
        "lines": [
            {"text": line.text, "quantity": str(line.quantity), "net": decimal(line.net, of.currency)}
            for line in of.lines
        ],
        "totals": [
            {"label": label, "value": value, "strong": place == 2} for place, (label, value) in enumerate(_totals(of))
        ],
        "notes": [_line(text) for text in _notes(of)],
    }


def seller_lines(seller: Seller) -> list[str]:
    """The company's lines at the top of the page."""
    tax = [f"Tax no. {seller.tax_id}"] if seller.tax_id else []
    return [seller.name, *seller.address, f"Registration no. {seller.registration}", *tax]


def buyer_lines(buyer: Buyer) -> list[str]:
    """The buyer's lines."""
    country = [countries_by_alpha2[buyer.country].name] if buyer.country in countries_by_alpha2 else []
    tax = [f"Tax no. {buyer.tax_id}"] if buyer.tax_id else []
    return [buyer.name, *buyer.address, *country, *tax]


def _facts(of: Invoice) -> list[tuple[str, str]]:
    about = [("About invoice" if of.kind is InvoiceKind.CREDIT_NOTE else "About", of.refers_to)] if of.refers_to else []
    return [
        ("Number", of.number),
        ("Date", _day(of.issued_at)),
        *about,
        ("Order", of.order_id),
        ("Paid", _day(of.paid_at)),
    ]


def _totals(of: Invoice) -> list[tuple[str, str]]:
    net = money(of.net, of.currency)
    if of.tax is None:
        tax = ("Tax", money(0, of.currency))
    else:
        tax = (f"{of.tax.name} {of.tax.percent}% ({of.tax.country})", money(of.tax.amount, of.currency))
    return [("Net", net), tax, ("Total", money(of.total, of.currency))]


def _notes(of: Invoice) -> list[str]:
    if of.kind is InvoiceKind.CREDIT_NOTE:
        return [f"{money(of.total, of.currency)} of the payment of invoice {of.refers_to} were returned."]
    method = f" by {of.method}" if of.method else ""
    return [f"Paid{method} on {_day(of.paid_at)}. Nothing is owed."]


def _day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d}"


def _line(text: str) -> dict[str, object]:
    """A line for typesetting. A payment is invoiced even where its buyer's name cannot be printed in full."""
    return asdict(written_in_part(text))
