"""Records that an account is used; one that was suspended because nobody used it is open again (S-6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_deadlines import DeadlineKind, first_warning
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_states import StateEvent
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.foundation.time_and_ids import Clock

RECORDED_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class RecordUse:
    """For sessions that begin or are renewed: at most one write a day for an account. Raises Unavailable."""

    accounts: Accounts
    standings: Standings
    deadlines: Deadlines
    clock: Clock

    def __call__(self, account_id: str) -> None:
        """The use is on record before the suspension is lifted, so that no deadline acts on the old one."""
        account, now = self.accounts.get(account_id), self.clock.now()
        lifts = account.status is AccountStatus.SUSPENDED and account.suspended_for == Reason.INACTIVITY
        if account.last_used_at is not None and now - account.last_used_at < RECORDED_EVERY and not lifts:
            return
        if account.last_used_at is None and self.deadlines.get(account_id, DeadlineKind.INACTIVITY) is None:
            self.deadlines.put(first_warning(account_id, now))
        self.accounts.use(account_id, now)
        if lifts:
            self.standings.move(account_id, StateEvent.REINSTATE)
