"""The sum of the fees that an account paid, from our own records (M-VI.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.payments.orders.rules_fees import Fees, fees_of
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class SumFees:
    """The most that can be owed to a member: by currency, fees paid less refunds.

    Raises AccountNotFound, Unavailable.
    """

    accounts: Accounts
    orders: Orders
    audit: Audit

    def __call__(self, account_id: str, operator: Operator) -> Sequence[Fees]:
        self.accounts.get(account_id)
        self.audit(operator, "fees_summed", account_id)
        return fees_of(self.orders.all(account_id))
