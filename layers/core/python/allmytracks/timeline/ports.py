"""Ports of the timeline."""

from __future__ import annotations

from typing import Protocol

from allmytracks.foundation.paging import Page
from allmytracks.timeline.rules import Entry, Refusal


class Histories(Protocol):
    """Histories of accounts and other subjects."""

    def page(self, subject: str, *, limit: int, cursor: str | None) -> Page[Entry]:
        """A page, newest first, by one query whatever its length. Raises InvalidFields, Unavailable."""
        ...


class Refusals(Protocol):
    """Refused requests, kept for a year."""

    def add(self, refusal: Refusal) -> None:
        """Stores one, unless the account is closed by now. Idempotent, also for an equal one within the minute.

        Raises Unavailable.
        """
        ...
