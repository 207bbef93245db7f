"""Operators see what is searched for most, and what is not found."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports_statistics import SearchCounts
from allmytracks.catalogue.rules_statistics import SearchStatistics, month_of, statistics_of
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class ShowSearchStatistics:
    """Of searches of members who consented, where several members searched for the same. Raises Unavailable."""

    counts: SearchCounts
    clock: Clock

    def __call__(self, month: str | None) -> SearchStatistics:
        """Of a month (`YYYY-MM`), by default of this one."""
        asked = month or month_of(self.clock.now())
        return statistics_of(asked, self.counts.shown(asked))
