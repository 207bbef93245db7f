"""Ending the sessions of the caller's own account."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import IdentityProvider
from allmytracks.accounts.ports_sessions import Sessions
from allmytracks.accounts.rules_sessions import EndOfSessions
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class EndSessions:
    """Ends all sessions, or all but one: none of them can be refreshed. Raises AccountNotFound, Unavailable."""

    identity: IdentityProvider
    sessions: Sessions
    clock: Clock

    def all(self, account_id: str, user_name: str) -> None:
        """Signs out everywhere."""
        self.sessions.end(account_id, self.clock.now(), EndOfSessions.SIGNED_OUT)
        self.identity.sign_out(user_name)

    def others(self, account_id: str, session_id: str) -> None:
        """Signs out everywhere else."""
        self.sessions.end(account_id, self.clock.now(), EndOfSessions.SIGNED_OUT, keep=session_id)
