"""Sessions on record, and the codes that are sent to a proved address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.accounts.rules_codes import CodePurpose
from allmytracks.accounts.rules_sessions import EndOfSessions, Session


class Sessions(Protocol):
    """The sessions of each account."""

    def open(self, account_id: str, session: Session) -> None:
        """Puts a session on record until its refresh token expires."""
        ...

    def get(self, account_id: str, session_id: str) -> Session | None:
        """One session, ended or not; None where none is on record."""
        ...

    def of(self, account_id: str) -> Sequence[Session]:
        """Those of the last 30 days, ended or not, newest first."""
        ...

    def see(self, account_id: str, session_id: str, now: datetime) -> bool:
        """Keeps when a session was used last; False where it is not on record."""
        ...

    def end(self, account_id: str, now: datetime, why: EndOfSessions, *, keep: str | None = None) -> None:
        """Ends at once all sessions that began before `now`, without `keep`. Raises AccountNotFound."""
        ...


class EmailedCodes(Protocol):
    """Single-use codes by address (in its normal form) and purpose; a new one replaces the last."""

    def put(self, email: str, purpose: CodePurpose, code_hash: str, until: datetime) -> None:
        """Keeps a code's hash; one whose `until` is past proves nothing."""
        ...

    def get(self, email: str, purpose: CodePurpose, now: datetime) -> str | None:
        """The hash of the code that is valid."""
        ...

    def drop(self, email: str, purpose: CodePurpose, code_hash: str) -> None:
        """Forgets this code, unless another one replaced it."""
        ...
