"""A member's open sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_sessions import Sessions
from allmytracks.accounts.rules_sessions import Session, is_open
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class ListSessions:
    """The open ones, newest first. Raises AccountNotFound."""

    accounts: Accounts
    sessions: Sessions
    clock: Clock

    def __call__(self, account_id: str) -> Sequence[Session]:
        account, now = self.accounts.get(account_id), self.clock.now()
        return [each for each in self.sessions.of(account_id) if is_open(each, account, now)]
