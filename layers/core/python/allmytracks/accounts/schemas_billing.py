"""Request and response bodies of the billing routes."""

from __future__ import annotations

import msgspec

from allmytracks.accounts.rules_billing import Billing, billing_of


class BillingForm(msgspec.Struct):
    """Whom invoices are made out to: a company or person, the address a line each, the country's two letters."""

    name: str
    address: list[str]
    country: str
    tax_id: str | None = None

    def particulars(self) -> Billing:
        """The particulars in their stored form. Raises InvalidFields."""
        return billing_of(self.name, self.address, self.country, self.tax_id)


class BillingAnswer(msgspec.Struct):
    """Whom invoices are made out to."""

    name: str
    address: list[str]
    country: str
    tax_id: str | None


def billing_answer(billing: Billing) -> BillingAnswer:
    """Particulars as their account sees them."""
    return BillingAnswer(billing.name, list(billing.address), billing.country, billing.tax_id)
