"""Suspends an account whose member did not do in time what an operator demanded (U-II.truth, U-II.IV.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from allmytracks.accounts.events import AccountSuspended
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_states import StateEvent
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.rules_demands import digest_of
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events

ENDED = frozenset({AccountStatus.BANNED, AccountStatus.CLOSING, AccountStatus.CLOSED})


@dataclass(frozen=True)
class EnforceDemand:
    """An operator can then reinstate or close it. Raises AccountNotFound, StateConflict, Unavailable."""

    accounts: Accounts
    standings: Standings
    events: Events

    def __call__(self, deadline: Deadline) -> Deadline | None:
        account = self.accounts.get(deadline.account_id)
        if account.status in ENDED or _done(account, deadline):
            return None
        reason = Reason.UNTRUE_DATA if deadline.kind is DeadlineKind.CORRECTION else Reason.BREACH_OF_RULES
        if account.status is AccountStatus.ACTIVE:
            self.standings.move(account.id, StateEvent.SUSPEND, reason)
        elif account.status is not AccountStatus.SUSPENDED or account.suspended_for != reason:
            return replace(deadline, at=deadline.at + timedelta(days=1))  # when it is open again
        self.events.publish([AccountSuspended(account.id, reason, rfc3339(deadline.at))])
        return None


def _done(account: Account, deadline: Deadline) -> bool:
    """Whether the text is another one by now, or removed; a correction is accepted by an operator alone."""
    if deadline.kind is not DeadlineKind.TEXT:
        return False
    text: str | None = getattr(account, deadline.reference)
    return text is None or digest_of(text) != deadline.digest
