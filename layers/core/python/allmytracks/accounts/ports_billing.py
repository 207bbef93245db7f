"""The billing particulars of accounts."""

from __future__ import annotations

from typing import Protocol

from allmytracks.accounts.rules_billing import Billing


class BillingParticulars(Protocol):
    """The particulars for invoices, by account."""

    def get(self, account_id: str) -> Billing | None:
        """The account's particulars; None where there are none."""
        ...

    def put(self, account_id: str, billing: Billing) -> None:
        """Stores particulars, replacing earlier ones."""
        ...

    def remove(self, account_id: str) -> None:
        """Removes them."""
        ...
