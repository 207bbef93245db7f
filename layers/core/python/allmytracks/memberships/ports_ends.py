"""The list of memberships' ends that members are still to be told of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from allmytracks.memberships.rules_ends import End


class Ends(Protocol):
    """One end an account, written together with what it follows from (Bookkeeping.close)."""

    def due(self, now: datetime) -> Iterator[End]:
        """Those with a notice due by now, the longest due first; a change may show a moment later."""
        ...

    def set_next(self, end: End, due_at: datetime | None) -> None:
        """When the next notice is due, None for no more; nothing where the account's end is another one by now."""
        ...
