"""What accounts give for their invoices."""

from __future__ import annotations

from typing import Protocol

from allmytracks.accounts.rules_billing import Billing


class BillingParticulars(Protocol):
    """The particulars for invoices, by account."""

    def get(self, account_id: str) -> Billing | None:
        """What the account gave; None where it gave nothing."""
        ...

    def put(self, account_id: str, billing: Billing) -> None:
        """Keeps particulars in place of the former ones."""
        ...

    def remove(self, account_id: str) -> None:
        """Forgets them."""
        ...
