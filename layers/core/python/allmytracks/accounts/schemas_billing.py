"""Request and response bodies of the billing routes."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.accounts.rules_billing import Billing, billing_of
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.reading import by_rule

_RULE = by_rule("accounts.rules_billing", "check_alone")
BillingText = Annotated[str, _RULE]
BillingLines = Annotated[list[str], _RULE]


class BillingForm(msgspec.Struct):
    """Whom invoices are made out to: a company or person, the address a line each, the country's two letters."""

    name: BillingText
    address: BillingLines
    country: BillingText
    tax_id: BillingText | None = None

    def particulars(self) -> Billing:
        """The particulars in their stored form. Raises InvalidFields."""
        return billing_of(self.name, self.address, self.country, self.tax_id)


class BillingAnswer(msgspec.Struct):
    """Whom invoices are made out to."""

    name: str
    address: list[str]
    country: str
    tax_id: str | None


def billing_answer(billing: Billing) -> Answer:
    """Particulars as their account sees them, with the ETag that a change can name in If-Match."""
    body = BillingAnswer(billing.name, list(billing.address), billing.country, billing.tax_id)
    return Answer(200, body, {"ETag": billing.etag})
