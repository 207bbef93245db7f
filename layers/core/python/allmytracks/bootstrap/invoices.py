"""The use cases of invoices."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.payments import PaymentServices

if TYPE_CHECKING:
    from allmytracks.documents.ports import Documents
    from allmytracks.invoices.ports import InvoicePrinter, Invoices
    from allmytracks.invoices.use_cases.issue_invoices import IssueInvoices
    from allmytracks.invoices.use_cases.show_invoices import ShowInvoices


class InvoiceServices(PaymentServices):
    """What the functions of invoices call."""

    @cached_property
    def invoices(self) -> Invoices:
        from allmytracks.invoices.dynamodb import DynamoInvoices

        return DynamoInvoices(self.accounts_table)

    @cached_property
    def invoice_printer(self) -> InvoicePrinter:
        from allmytracks.invoices.pdf import PdfInvoicePrinter

        return PdfInvoicePrinter()

    @cached_property
    def invoice_documents(self) -> Documents:
        from allmytracks.documents.s3 import S3Documents

        return S3Documents(self.settings.documents_bucket)

    @cached_property
    def issue_invoices(self) -> IssueInvoices:
        from allmytracks.invoices.rules import Seller
        from allmytracks.invoices.use_cases.issue_invoices import IssueInvoices

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
        from allmytracks.invoices.use_cases.show_invoices import ShowInvoices

        return ShowInvoices(self.orders, self.invoices, self.invoice_documents)
