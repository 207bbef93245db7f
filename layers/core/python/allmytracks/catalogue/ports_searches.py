"""Searches of members."""

from __future__ import annotations

from typing import Protocol

from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.catalogue.rules_searches import Search
from allmytracks.foundation.paging import Page


class Searches(Protocol):
    """What each member searched for, for a year."""

    def add(self, account_id: str, search: Search, consented: ConsentDecision) -> None:
        """Keeps one, if this decision is still the account's last on it. Idempotent. Raises Unavailable."""
        ...

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Search]:
        """A page, newest first, by one query whatever their number. Raises InvalidFields, Unavailable."""
        ...

    def clear(self, account_id: str) -> None:
        """Removes all. Idempotent. Raises Unavailable."""
        ...
