"""An operator marks whether an account may be named in the company's publicity (M-VII.2.name)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import Account
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit


class PublicityReason(StrEnum):
    """The reason of a mark."""

    CUSTOMER_REQUEST = "customer_request"
    CONTRACT = "contract"


@dataclass(frozen=True)
class MarkPublicity:
    """Letters issued from then on state it; those before keep what they state. Audited before it is done; idempotent.

    Raises AccountNotFound, Unavailable.
    """

    accounts: Accounts
    audit: Audit

    def __call__(self, account_id: str, reason: PublicityReason, operator: Operator, *, not_named: bool) -> Account:
        """Returns the account as it is marked."""
        self.accounts.get(account_id)
        self.audit(operator, "publicity_refused" if not_named else "publicity_permitted", account_id, reason)
        self.accounts.mark_publicity(account_id, not_named=not_named)
        return self.accounts.get(account_id)
