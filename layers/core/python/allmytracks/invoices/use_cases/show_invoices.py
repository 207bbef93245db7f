"""A member reads invoices and credit notes (M-III.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.documents.ports import Documents
from allmytracks.invoices.ports import Invoices
from allmytracks.invoices.rules import Invoice, InvoiceNotFound, InvoiceNotPrinted
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class ShowInvoices:
    """The account's own documents, byte for byte as they were stored."""

    orders: Orders
    invoices: Invoices
    documents: Documents

    def all(self, account_id: str) -> Sequence[Invoice]:
        """All of the account, newest first."""
        return self.invoices.all(account_id)

    def of_order(self, account_id: str, order_id: str) -> Sequence[Invoice]:
        """The invoice of an order, then its credit notes. Raises OrderNotFound, InvoiceNotFound."""
        self.orders.get(account_id, order_id)
        issued = self.invoices.of_order(account_id, order_id)
        if not issued:
            raise InvoiceNotFound("This order has no invoice; it gets one when it is paid.")
        return issued

    def numbered(self, account_id: str, number: str) -> Invoice:
        """One of the account. Raises InvoiceNotFound."""
        found = [each for each in self.invoices.all(account_id) if each.number == number]
        if not found:
            raise InvoiceNotFound("You have no such invoice.")
        return found[0]

    def document(self, invoice: Invoice) -> bytes:
        """Its PDF. Raises InvoiceNotPrinted."""
        if invoice.document_sha256 is None:
            raise InvoiceNotPrinted("The document is being printed. Ask again in a moment.")
        return self.documents.get(invoice.document_key)
