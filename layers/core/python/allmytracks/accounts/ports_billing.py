"""The billing particulars of accounts."""

from __future__ import annotations

from typing import Protocol

from allmytracks.accounts.rules_billing import Billing


class BillingParticulars(Protocol):
    """The particulars for invoices, by account."""

    def get(self, account_id: str) -> Billing | None:
        """The account's particulars; None where there are none."""
        ...

    def put(self, account_id: str, billing: Billing, replaced: Billing | None = None) -> None:
        """Stores particulars, replacing earlier ones: `replaced` alone, where it is given.

        Raises PreconditionFailed where others than `replaced` are stored, or none.
        """
        ...

    def remove(self, account_id: str, removed: Billing | None = None) -> None:
        """Removes them: `removed` alone, where it is given. Raises PreconditionFailed as `put` does."""
        ...
