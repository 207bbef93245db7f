"""The ends of memberships with outstanding notices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from allmytracks.memberships.rules_ends import End


class Ends(Protocol):
    """One end for each account, written in one transaction with its membership (Bookkeeping.close)."""

    def due(self, now: datetime) -> Iterator[End]:
        """Those with a notice due by now, the longest due first; eventually consistent."""
        ...

    def set_next(self, end: End, due_at: datetime | None) -> None:
        """Sets when the next notice is due, None for no more; no effect where the account's end has changed."""
        ...
