"""Closes a minor's account for which no guardian answered in time (U-II.I, P-minors.contact)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_deadlines import Deadline
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.closing.use_cases.decide_closing import DecideClosing

# A frozen or banned account goes back to its former state, which may be that of waiting.
STOPPED = frozenset({AccountStatus.FROZEN, AccountStatus.SUSPENDED, AccountStatus.BANNED})


@dataclass(frozen=True)
class EndWaitingForGuardian:
    """Its data are erased with the closing. Raises AccountNotFound, StateConflict, Unavailable."""

    accounts: Accounts
    decide: DecideClosing

    def __call__(self, deadline: Deadline) -> Deadline | None:
        status = self.accounts.get(deadline.account_id).status
        if status in STOPPED:
            return replace(deadline, at=deadline.at + timedelta(days=1))
        if status in {AccountStatus.AWAITING_GUARDIAN, AccountStatus.CLOSING}:
            self.decide.close_for(deadline.account_id, Reason.LACK_OF_CAPACITY)
        return None
