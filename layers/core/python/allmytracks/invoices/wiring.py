"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.documents.wiring import DocumentServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.invoices.ports import InvoicePrinter, Invoices
    from allmytracks.invoices.use_cases.issue_invoices import IssueInvoices
    from allmytracks.invoices.use_cases.show_invoices import ShowInvoices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.payments.orders.wiring import OrderServices


class InvoiceServices:
    """Invoices and credit notes."""

    def __init__(
        self,
        foundation: FoundationServices,
        documents: DocumentServices,
        accounts: AccountServices,
        orders: OrderServices,
        memberships: MembershipServices,
    ) -> None:
        self._foundation = foundation
        self._documents = documents
        self._accounts = accounts
        self._orders = orders
        self._memberships = memberships

    @cached_property
    def repository(self) -> Invoices:
        from allmytracks.invoices.dynamodb import DynamoInvoices

        return DynamoInvoices(self._foundation.accounts_table)

    @cached_property
    def printer(self) -> InvoicePrinter:
        from allmytracks.invoices.pdf import PdfInvoicePrinter

        return PdfInvoicePrinter()

    @cached_property
    def issue(self) -> IssueInvoices:
        from allmytracks.invoices.rules import Seller
        from allmytracks.invoices.use_cases.issue_invoices import IssueInvoices

        return IssueInvoices(
            orders=self._orders.repository,
            accounts=self._accounts.repository,
            billing=self._accounts.billing,
            memberships=self._memberships.repository,
            invoices=self.repository,
            printer=self.printer,
            documents=self._documents.invoices,
            clock=self._foundation.clock,
            seller=Seller(
                self._foundation.settings.licensor_name,
                self._foundation.settings.licensor_registration,
                self._foundation.settings.seller_address,
                self._foundation.settings.seller_tax_id,
                self._foundation.settings.licensor_contact,
            ),
        )

    @cached_property
    def show(self) -> ShowInvoices:
        from allmytracks.invoices.use_cases.show_invoices import ShowInvoices

        return ShowInvoices(self._orders.repository, self.repository, self._documents.invoices)
