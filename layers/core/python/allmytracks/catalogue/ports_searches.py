"""Searches of members."""

from __future__ import annotations

from typing import Protocol

from allmytracks.catalogue.rules_searches import Search
from allmytracks.foundation.paging import Page


class Searches(Protocol):
    """What each member searched for, for a year."""

    def add(self, account_id: str, search: Search) -> None:
        """Keeps one. Idempotent. Raises Unavailable."""
        ...

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Search]:
        """A page, newest first, by one query whatever their number. Raises InvalidFields, Unavailable."""
        ...

    def clear(self, account_id: str) -> None:
        """Removes all. Idempotent. Raises Unavailable."""
        ...
