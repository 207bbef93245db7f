"""An account that nobody uses: its member is warned, then it is suspended, then closed (S-6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from allmytracks.accounts.events import AccountSuspended, InactivityWarned
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_closing import ClosingBlocks
from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.accounts.rules_deadlines import CLOSED_AFTER, WARNED_BEFORE, Deadline, Step, first_warning
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_states import StateEvent
from allmytracks.closing.use_cases.decide_closing import DecideClosing
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock

# In other states something else is waited for, or an operator decides.
LATER = timedelta(days=30)


@dataclass(frozen=True)
class EndUnusedAccount:
    """One step at a time, each at least 30 days after the one before; after a sign-in in between the year begins again.

    Each act is repeated with the same event after a crash, so that the member has one notice of it. Raises
    AccountNotFound, StateConflict, Unavailable.
    """

    accounts: Accounts
    blocks: Sequence[ClosingBlocks]
    standings: Standings
    decide: DecideClosing
    events: Events
    clock: Clock

    def __call__(self, deadline: Deadline) -> Deadline | None:
        account = self.accounts.get(deadline.account_id)
        if account.status is AccountStatus.CLOSED:
            return None
        if account.status is AccountStatus.CLOSING and deadline.step is Step.CLOSE:
            self.decide.close_for(account.id, Reason.INACTIVITY)
            return None
        return self._open(account, deadline, self.clock.now())

    def _open(self, account: Account, deadline: Deadline, now: datetime) -> Deadline | None:
        suspended = account.status is AccountStatus.SUSPENDED and account.suspended_for == Reason.INACTIVITY
        warning = first_warning(account.id, used_at(account))
        if warning.at > now:
            if suspended:  # used while it was being suspended
                self.standings.move(account.id, StateEvent.REINSTATE)
            return warning
        blocked_until = self._blocked_until(account.id, now)
        if blocked_until is not None:
            return replace(deadline, at=blocked_until)
        if suspended and deadline.step is not Step.SUSPEND:
            self.decide.close_for(account.id, Reason.INACTIVITY)
            return None
        if not suspended and account.status is not AccountStatus.ACTIVE:
            return replace(deadline, at=now + LATER)
        return self._suspend(deadline) if deadline.step is Step.SUSPEND else self._warn(deadline)

    def _warn(self, deadline: Deadline) -> Deadline:
        until = self.clock.now() + WARNED_BEFORE
        told = InactivityWarned(deadline.account_id, Reason.INACTIVITY, rfc3339(deadline.at), rfc3339(until))
        self.events.publish([told])
        return replace(deadline, at=until, step=Step.SUSPEND)

    def _suspend(self, deadline: Deadline) -> Deadline:
        if self.accounts.get(deadline.account_id).status is AccountStatus.ACTIVE:
            self.standings.move(deadline.account_id, StateEvent.SUSPEND, Reason.INACTIVITY)
        self.events.publish([AccountSuspended(deadline.account_id, Reason.INACTIVITY, rfc3339(deadline.at))])
        return replace(deadline, at=self.clock.now() + CLOSED_AFTER, step=Step.CLOSE)

    def _blocked_until(self, account_id: str, now: datetime) -> datetime | None:
        """A paid service that runs, a dispute, money that is owed: looked at again when the last of them ends."""
        found = [block for each in self.blocks for block in each(account_id, now, forfeit=False)]
        if not found:
            return None
        return max((block.until or now + LATER) for block in found)


def used_at(account: Account) -> datetime:
    """When an account was last used: signed in to, or else made active."""
    return account.last_used_at or account.activated_at or account.created_at
