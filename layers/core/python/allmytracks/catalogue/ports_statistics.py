"""Counts of searches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.catalogue.rules_statistics import SearchCount


class SearchCounts(Protocol):
    """How often words were searched for, by month."""

    def add(self, words: str, account_id: str, now: datetime, *, vain: bool) -> None:
        """Counts a search; the words are stored from the LEAST_MEMBERS-th member on, and no member after. Raises
        Unavailable.
        """
        ...

    def shown(self, month: str) -> Sequence[SearchCount]:
        """What at least LEAST_MEMBERS members searched for in a month, in no particular order. Raises Unavailable."""
        ...
