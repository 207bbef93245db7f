"""Ending a membership before its term, by an operator or by the member; the fee is not refunded (M-V.1, M-V.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_reasons import AGAINST, Reason, require_reason
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.ports import Memberships
from allmytracks.payments.ledger.use_cases.end_order import MEMBER, OPERATOR, EndOrder
from allmytracks.payments.orders.rules import NothingToEnd
from allmytracks.payments.ports import Orders
from allmytracks.payments.rules import FactKind

QUIT = "quit"


@dataclass(frozen=True)
class CancelMembership:
    """Ends every running or future period, the last one first, so that none moves up.

    Raises NothingToEnd, Unavailable; a retry resumes where it stopped.
    """

    memberships: Memberships
    orders: Orders
    end: EndOrder
    clock: Clock

    def __call__(self, account_id: str) -> Sequence[str]:
        """The member cancels. Returns the orders whose periods ended."""
        return self.because(account_id, QUIT, by=MEMBER)

    def because(self, account_id: str, reason: str, *, by: str) -> Sequence[str]:
        """Cancels for a reason code."""
        now = self.clock.now()
        left = [period for period in self.memberships.periods(account_id) if period.ends_at > now]
        if not left:
            raise NothingToEnd("There is no running or future membership.")
        for period in reversed(left):
            self.end(self.orders.get(account_id, period.order_id), FactKind.MEMBERSHIP_CANCELLED, reason, by=by)
        return [period.order_id for period in left]


@dataclass(frozen=True)
class CancelMembershipAsOperator:
    """An operator cancels an account's membership (M-II.2, M-III.5.revoke, M-V.2).

    Raises AccountNotFound, NothingToEnd, InvalidFields (reason), Unavailable.
    """

    accounts: Accounts
    cancel: CancelMembership
    audit: Audit

    def __call__(self, account_id: str, reason: Reason, operator: Operator) -> Sequence[str]:
        self.accounts.get(account_id)
        require_reason(reason, AGAINST)
        self.audit(operator, "membership_cancelled", account_id, reason)
        return self.cancel.because(account_id, reason, by=OPERATOR)
