"""Sessions, and the codes that are sent to a proved address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.accounts.rules_codes import CodePurpose
from allmytracks.accounts.rules_sessions import EndOfSessions, Session


class Sessions(Protocol):
    """The sessions of each account."""

    def open(self, account_id: str, session: Session) -> None:
        """Stores a session until its refresh token expires."""
        ...

    def get(self, account_id: str, session_id: str) -> Session | None:
        """One session, ended or not; None where there is none."""
        ...

    def of(self, account_id: str) -> Sequence[Session]:
        """Those of the last 30 days, ended or not, newest first."""
        ...

    def see(self, account_id: str, session_id: str, now: datetime) -> bool:
        """Records when a session was last used; False where there is none."""
        ...

    def end(self, account_id: str, now: datetime, why: EndOfSessions, *, keep: str | None = None) -> None:
        """Ends all sessions that began before `now`, except `keep`. Raises AccountNotFound."""
        ...


class EmailedCodes(Protocol):
    """Single-use codes by address (in its normal form) and purpose; a new one replaces the last."""

    def put(self, email: str, purpose: CodePurpose, code_hash: str, until: datetime) -> None:
        """Stores a code's hash; it is invalid after `until`."""
        ...

    def get(self, email: str, purpose: CodePurpose, now: datetime) -> str | None:
        """The hash of the valid code."""
        ...

    def drop(self, email: str, purpose: CodePurpose, code_hash: str) -> None:
        """Removes this code, unless another one replaced it."""
        ...
