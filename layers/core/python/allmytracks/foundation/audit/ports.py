"""The log of operators' acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from allmytracks.foundation.audit.rules import Act, Acts
from allmytracks.foundation.paging import Page


class AuditLog(Protocol):
    """Every act of every operator; append-only (P-security)."""

    def record(self, act: Act) -> None:
        """Adds one act; once, also if it is repeated after a lost answer.

        Raises Unavailable: then the act must not be done.
        """
        ...

    def on_day(self, day: date) -> Sequence[Act]:
        """The acts of one day (UTC), oldest first."""
        ...

    def page(self, day: date, acts: Acts, *, limit: int, cursor: str | None) -> Page[Act]:
        """At most `limit` of the acts that are asked for, of one day (UTC), newest first.

        Raises InvalidFields (cursor), Unavailable.
        """
        ...
