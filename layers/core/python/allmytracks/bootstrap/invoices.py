"""The use cases of invoices."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.payments import PaymentServices

if TYPE_CHECKING:
    from allmytracks.ports.invoices import InvoicePrinter, Invoices
    from allmytracks.ports.licenses import Documents
    from allmytracks.services.issue_invoices import IssueInvoices
    from allmytracks.services.show_invoices import ShowInvoices


class InvoiceServices(PaymentServices):
    """What the functions of invoices call."""

    @cached_property
    def invoices(self) -> Invoices:
        from allmytracks.adapters.invoices import DynamoInvoices

        return DynamoInvoices(self.accounts_table)

    @cached_property
    def invoice_printer(self) -> InvoicePrinter:
        from allmytracks.adapters.invoice_pdf import PdfInvoicePrinter

        return PdfInvoicePrinter()

    @cached_property
    def invoice_documents(self) -> Documents:
        from allmytracks.adapters.documents import S3Documents

        return S3Documents(self.settings.documents_bucket)

    @cached_property
    def issue_invoices(self) -> IssueInvoices:
        from allmytracks.domain.invoices import Seller
        from allmytracks.services.issue_invoices import IssueInvoices

        return IssueInvoices(
            orders=self.orders,
            accounts=self.accounts,
            billing=self.billing_particulars,
            invoices=self.invoices,
            printer=self.invoice_printer,
            documents=self.invoice_documents,
            clock=self.clock,
            seller=Seller(
                self.settings.licensor_name,
                self.settings.licensor_registration,
                self.settings.seller_address,
                self.settings.seller_tax_id,
            ),
        )

    @cached_property
    def show_invoices(self) -> ShowInvoices:
        from allmytracks.services.show_invoices import ShowInvoices

        return ShowInvoices(self.orders, self.invoices, self.invoice_documents)
