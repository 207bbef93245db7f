"""The use cases of anti-fraud."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.base import SharedAdapters

if TYPE_CHECKING:
    from allmytracks.enforcement.ports_watch_records import WatchRecords
    from allmytracks.enforcement.use_cases.watch_downloads import WatchDownloads


class FraudServices(SharedAdapters):
    """What the watching function calls."""

    @cached_property
    def watch_records(self) -> WatchRecords:
        from allmytracks.enforcement.dynamodb_watch_records import DynamoWatchRecords

        return DynamoWatchRecords(self.counters_table)

    @cached_property
    def watch_downloads(self) -> WatchDownloads | None:
        """None where anti-fraud is switched off."""
        from allmytracks.enforcement.use_cases.watch_downloads import WatchDownloads

        if not self.settings.anti_fraud:
            return None
        return WatchDownloads(
            records=self.watch_records,
            standings=self.standings,
            cases=self.cases,
            events=self.events,
            publications=self.publications,
            clock=self.clock,
        )
