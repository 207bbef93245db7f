"""Deadlines of accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind


class Deadlines(Protocol):
    """The deadlines of all accounts, by account and by when they are due."""

    def put(self, deadline: Deadline) -> None:
        """Stores a deadline in place of the one of its kind and reference."""
        ...

    def get(self, account_id: str, kind: DeadlineKind, reference: str = "") -> Deadline | None:
        """The deadline, consistently read."""
        ...

    def remove(self, deadline: Deadline) -> bool:
        """Removes a deadline; False where another instant was put in its place. Idempotent."""
        ...

    def due(self, now: datetime) -> Iterator[Deadline]:
        """Those due at an instant, the earliest first, page by page; a change may show a moment later."""
        ...
