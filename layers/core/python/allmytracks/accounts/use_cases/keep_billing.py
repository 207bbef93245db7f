"""A buyer reads, sets and removes the billing particulars (M-III.1)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.rules_billing import Billing, BillingNotFound, billing_stale
from allmytracks.accounts.rules_states import Act, require_status


@dataclass(frozen=True)
class KeepBilling:
    """The account's own particulars. They apply to future orders and invoices; issued ones do not change.

    `if_match` is the ETag of the particulars that were read, or `*` for any; a change without it replaces whatever is
    there. Raises BillingNotFound, PreconditionFailed, and what require_status raises.
    """

    particulars: BillingParticulars
    accounts: Accounts

    def get(self, account_id: str) -> Billing:
        """The account's particulars. Raises BillingNotFound."""
        billing = self.particulars.get(account_id)
        if billing is None:
            raise BillingNotFound("You have given no particulars for invoices yet.")
        return billing

    def put(self, account_id: str, billing: Billing, if_match: str | None = None) -> Billing:
        """Stores particulars, replacing earlier ones."""
        require_status(self.accounts.get(account_id), Act.BILLING)
        self.particulars.put(account_id, billing, self._read(account_id, if_match))
        return billing

    def remove(self, account_id: str, if_match: str | None = None) -> None:
        """Removes them; future invoices name the account alone."""
        require_status(self.accounts.get(account_id), Act.BILLING)
        self.particulars.remove(account_id, self._read(account_id, if_match))

    def _read(self, account_id: str, if_match: str | None) -> Billing | None:
        """The particulars that the caller has read; None where the caller does not say. Raises PreconditionFailed."""
        if if_match is None:
            return None
        billing = self.particulars.get(account_id)
        if billing is None or if_match not in {"*", billing.etag}:
            raise billing_stale()
        return billing
