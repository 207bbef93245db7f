"""A buyer gives, changes and removes the particulars for invoices (M-III.1)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.rules_billing import Billing, BillingNotFound
from allmytracks.accounts.rules_states import Act, require_status


@dataclass(frozen=True)
class KeepBilling:
    """The account's own particulars. They hold for orders and invoices to come; what was issued keeps what it says.

    Raises BillingNotFound, and what require_status raises.
    """

    particulars: BillingParticulars
    accounts: Accounts

    def get(self, account_id: str) -> Billing:
        """What the account gave. Raises BillingNotFound."""
        billing = self.particulars.get(account_id)
        if billing is None:
            raise BillingNotFound("You have given no particulars for invoices yet.")
        return billing

    def put(self, account_id: str, billing: Billing) -> Billing:
        """Keeps new particulars in place of the former ones."""
        require_status(self.accounts.get(account_id), Act.BILLING)
        self.particulars.put(account_id, billing)
        return billing

    def remove(self, account_id: str) -> None:
        """Forgets them; invoices to come name the account alone."""
        require_status(self.accounts.get(account_id), Act.BILLING)
        self.particulars.remove(account_id)
