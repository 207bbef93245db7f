"""In-memory fake: counts of searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.catalogue.rules_statistics import LEAST_MEMBERS, SearchCount, mark_of, month_of


@dataclass
class MemorySearchCounts:
    """Counts in memory: by month and words how often, how often without a result, and by whom."""

    counted: dict[tuple[str, str], tuple[int, int, set[str]]] = field(default_factory=dict)

    def add(self, words: str, account_id: str, now: datetime, *, vain: bool) -> None:
        month = month_of(now)
        searches, nothing, members = self.counted.get((month, words), (0, 0, set()))
        marked = members | {mark_of(month, words, account_id)}
        self.counted[month, words] = (searches + 1, nothing + vain, marked)

    def shown(self, month: str) -> Sequence[SearchCount]:
        return [
            SearchCount(words, searches, nothing)
            for (each, words), (searches, nothing, members) in self.counted.items()
            if each == month and len(members) >= LEAST_MEMBERS
        ]
