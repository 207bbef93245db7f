"""Invoices and credit notes as PDF."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import asdict

from allmytracks.documents.fonts import written, written_in_part
from allmytracks.documents.logos import logo
from allmytracks.documents.rules_dates import day
from allmytracks.documents.typesetting import Typesetter
from allmytracks.foundation.money import decimal, money
from allmytracks.invoices.country_names import country_name
from allmytracks.invoices.rules import Buyer, Invoice, InvoiceKind, Seller
from allmytracks.invoices.words import WORDS, InvoiceWords
from allmytracks.payments.orders.rules_taxes import ELSEWHERE


class PdfInvoicePrinter:
    """Prints invoices; deterministic."""

    def __init__(self) -> None:
        self._typesetter = Typesetter(Path(__file__).with_name("invoice.typ"))

    def print(self, invoice: Invoice) -> bytes:
        return self._typesetter.typeset(content_of(invoice), invoice.issued_at)


def content_of(of: Invoice) -> dict[str, object]:
    """What the template prints, in the invoice's language."""
    words = WORDS[of.language]
    title = words.titles[of.kind]

    def line(text: str) -> dict[str, object]:
        """A payment is invoiced even where its buyer's name cannot be printed in full."""
        return asdict(written_in_part(text, words.page))

    *columns, amount = words.columns
    return {
        "title": title,
        "lang": words.lang,
        "region": words.region,
        "number": of.number,
        "author": of.seller.name,
        "description": f"{title} {of.number}",
        "font": written("", words.page).font,
        "logo": logo(),
        "seller": [line(text) for text in seller_lines(of.seller, words)],
        "buyer_label": words.labels["to"],
        "buyer": [line(text) for text in buyer_lines(of.buyer, words, of.language)],
        "facts": [{"label": label, "value": line(value)} for label, value in _facts(of, words)],
        "columns": [*columns, amount.format(of.currency)],
        "lines": [
            {
                "text": each.text,
                "quantity": str(each.quantity),
                "unit": decimal(each.net // each.quantity, of.currency),
                "net": decimal(each.net, of.currency),
            }
            for each in of.lines
        ],
        "totals": [
            {"label": label, "value": value, "strong": place == 2}
            for place, (label, value) in enumerate(_totals(of, words))
        ],
        "notes": [line(text) for text in _notes(of, words)],
        "page_of": words.page_of.split("{}"),
    }


def seller_lines(seller: Seller, words: InvoiceWords) -> list[str]:
    """The company's lines at the top of the page."""
    tax = [words.tax_id.format(seller.tax_id)] if seller.tax_id else []
    contact = [words.contact.format(seller.contact)] if seller.contact else []
    return [seller.name, *seller.address, words.registration.format(seller.registration), *tax, *contact]


def buyer_lines(buyer: Buyer, words: InvoiceWords, language: str) -> list[str]:
    """The buyer's lines."""
    country = [country_name(buyer.country, language)] if buyer.country else []
    tax = [words.tax_id.format(buyer.tax_id)] if buyer.tax_id else []
    return [buyer.name, *buyer.address, *country, *tax]


def _facts(of: Invoice, words: InvoiceWords) -> list[tuple[str, str]]:
    labels = words.labels
    about = labels["about_invoice" if of.kind is InvoiceKind.CREDIT_NOTE else "about"]
    facts = [(labels["number"], of.number), (labels["date"], day(of.issued_at, of.language))]
    facts += [(about, of.refers_to)] if of.refers_to else []
    facts += [(labels["order"], of.order_id), (labels["paid"], day(of.paid_at, of.language))]
    facts += [(labels["reference"], of.payment_reference)] if of.payment_reference else []
    if of.period is not None:
        starts, ends = (day(each, of.language) for each in (of.period.starts_at, of.period.ends_at))
        facts += [(labels["period"], starts), (labels["until"], ends)]
    return facts


def _totals(of: Invoice, words: InvoiceWords) -> list[tuple[str, str]]:
    labels, net = words.labels, money(of.net, of.currency)
    if of.tax is None:
        tax = (labels["tax"], money(0, of.currency))
    elif of.tax.reverse_charge:
        tax = (labels["reverse_charge"].format(words.tax(of.tax.name)), money(0, of.currency))
    else:
        elsewhere = of.tax.country == ELSEWHERE
        country = "" if elsewhere else words.aside.format(country_name(of.tax.country, of.language))
        tax = (f"{words.tax(of.tax.name)} {of.tax.percent}%{country}", money(of.tax.amount, of.currency))
    return [(labels["net"], net), tax, (labels["total"], money(of.total, of.currency))]


def _notes(of: Invoice, words: InvoiceWords) -> list[str]:
    notes = []
    if of.kind is InvoiceKind.CREDIT_NOTE:
        notes.append(words.returned.format(money(of.total, of.currency), of.refers_to))
    elif of.method:
        notes.append(words.paid_by.format(words.method(of.method), day(of.paid_at, of.language)))
    else:
        notes.append(words.paid.format(day(of.paid_at, of.language)))
    if of.tax is not None and of.tax.reverse_charge:
        notes.append(words.reverse_charge.format(country_name(of.tax.country, of.language)))
    return notes
