"""Issuing an order's invoice and credit notes from its payments (M-III.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.documents.ports import Documents
from allmytracks.documents.rules_languages import language_for
from allmytracks.documents.rules_text import unprintable
from allmytracks.foundation.countries import known_country
from allmytracks.foundation.errors import Conflict, Unavailable
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.invoices.ports import InvoicePrinter, Invoices
from allmytracks.invoices.rules import (
    Buyer,
    Due,
    Invoice,
    Paid,
    Seller,
    Series,
    due,
    line_of,
)
from allmytracks.memberships.ports import Memberships
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Orders

ATTEMPTS = 20


@dataclass(frozen=True)
class IssueInvoices:
    """Brings the documents of an order up to date with its payments. Idempotent, also under concurrency.

    A document is issued with its number by one write; its PDF is printed from the stored document, with retries until
    it is stored. Returns the characters of its buyer that its page shows as question marks. Raises OrderNotFound,
    AccountNotFound, Unavailable (concurrent issuing: retry).
    """

    orders: Orders
    accounts: Accounts
    billing: BillingParticulars
    memberships: Memberships
    invoices: Invoices
    printer: InvoicePrinter
    documents: Documents
    clock: Clock
    seller: Seller

    def __call__(self, account_id: str, order_id: str) -> Sequence[str]:
        shortened: list[str] = []
        for invoice in self._issued(account_id, order_id):
            if invoice.document_sha256 is None:
                self._print(invoice)
                buyer = invoice.buyer
                shortened += unprintable("".join([buyer.name, *buyer.address, buyer.tax_id or ""]))
        return shortened

    def _issued(self, account_id: str, order_id: str) -> Sequence[Invoice]:
        for _ in range(ATTEMPTS):
            order = self.orders.get(account_id, order_id)
            issued = self.invoices.of_order(account_id, order_id)
            next_one = due(order, issued)
            if next_one is None:
                return issued
            self._issue(order, next_one, issued)
        raise Unavailable("Other invoices are being issued.")

    def _issue(self, order: Order, next_one: Due, issued: Sequence[Invoice]) -> None:
        """Issues the next document; starts over where a concurrent worker takes the number or issues it."""
        now = self.clock.now()
        series = Series(next_one.kind, now.year)
        count = self.invoices.count(series) + 1
        settled = order.settlement
        if settled is None or settled.activated_at is None:
            raise ValueError("only a paid order has documents")
        language = language_for(self.accounts.get(order.account_id).language)
        line = line_of(order, next_one, language)
        invoice = Invoice(
            number=series.number(count),
            kind=next_one.kind,
            account_id=order.account_id,
            order_id=order.id,
            position=len(issued) + 1,
            issued_at=now,
            paid_at=settled.activated_at,
            seller=self.seller,
            buyer=issued[0].buyer if issued else self._buyer(order.account_id),
            lines=(line,),
            currency=order.currency,
            net=line.net,
            tax=next_one.tax,
            total=next_one.gross,
            refers_to=next_one.refers_to,
            method=settled.method,
            payment_reference=settled.payment_reference,
            period=self._period(order),
            language=language,
        )
        self.invoices.add(invoice, series, count)

    def _period(self, order: Order) -> Paid | None:
        """The period that the order paid for; None where a later fact ended it."""
        periods = self.memberships.periods(order.account_id)
        found = next((each for each in periods if each.order_id == order.id), None)
        return Paid(found.starts_at, found.ends_at) if found else None

    def _buyer(self, account_id: str) -> Buyer:
        billing = self.billing.get(account_id)
        if billing is not None:
            return Buyer(billing.name, billing.address, billing.country, billing.tax_id)
        account = self.accounts.get(account_id)
        return Buyer(account.display_name or account.email, (), known_country(account.country), None)

    def _print(self, invoice: Invoice) -> None:
        document = self.printer.print(invoice)
        try:
            self.documents.put(invoice.document_key, document)
        except Conflict:  # stored before, by a worker that crashed or was overtaken: the stored PDF is the document
            document = self.documents.get(invoice.document_key)
        self.invoices.mark_printed(invoice, hashlib.sha256(document).hexdigest())
