"""The adapters that several areas stand on.

Every import of an adapter stands inside the property that needs it, so that a function loads only what it uses.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.foundation.settings import Settings

if TYPE_CHECKING:
    from allmytracks.accounts.ports import Accounts
    from allmytracks.catalogue.ports import Tracks
    from allmytracks.downloads.ports import Downloads
    from allmytracks.enforcement.ports_cases import Cases
    from allmytracks.enforcement.ports_standings import Standings
    from allmytracks.foundation.aws.tables import Table
    from allmytracks.foundation.messages import Events, Mailer
    from allmytracks.foundation.throttling.ports import ClientCounters
    from allmytracks.foundation.throttling.use_cases import Throttle
    from allmytracks.foundation.time_and_ids import Clock, Ids
    from allmytracks.payments.ports import Orders
    from allmytracks.publishing.ports import Publications


class SharedAdapters:
    """Adapters are made once, when first asked for, and kept for the life of the process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> Clock:
        from allmytracks.foundation.system_time_and_ids import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> Ids:
        from allmytracks.foundation.system_time_and_ids import RandomIds

        return RandomIds()

    @cached_property
    def accounts_table(self) -> Table:
        from allmytracks.foundation.aws.tables import Table

        return Table(self.settings.accounts_table)

    @cached_property
    def counters_table(self) -> Table:
        from allmytracks.foundation.aws.tables import Table

        return Table(self.settings.counters_table)

    @cached_property
    def catalog_table(self) -> Table:
        from allmytracks.foundation.aws.tables import Table

        return Table(self.settings.catalog_table)

    @cached_property
    def accounts(self) -> Accounts:
        from allmytracks.accounts.dynamodb import DynamoAccounts

        return DynamoAccounts(self.accounts_table)

    @cached_property
    def orders(self) -> Orders:
        from allmytracks.payments.orders.dynamodb import DynamoOrders

        return DynamoOrders(self.accounts_table)

    @cached_property
    def publications(self) -> Publications:
        from allmytracks.publishing.dynamodb import CachedPublications, DynamoPublications

        return CachedPublications(DynamoPublications(self.catalog_table), self.clock)

    @cached_property
    def fresh_publications(self) -> Publications:
        """Read anew each time, where the very instant of a publication matters."""
        from allmytracks.publishing.dynamodb import DynamoPublications

        return DynamoPublications(self.catalog_table)

    @cached_property
    def tracks(self) -> Tracks:
        from allmytracks.catalogue.dynamodb import CachedTracks, DynamoTracks

        return CachedTracks(DynamoTracks(self.catalog_table), self.clock)

    @cached_property
    def downloads(self) -> Downloads:
        from allmytracks.downloads.dynamodb import DynamoDownloads

        return DynamoDownloads(self.accounts_table)

    @cached_property
    def cases(self) -> Cases:
        from allmytracks.enforcement.dynamodb_cases import DynamoCases

        return DynamoCases(self.accounts_table)

    @cached_property
    def standings(self) -> Standings:
        from allmytracks.enforcement.dynamodb_standings import DynamoStandings

        return DynamoStandings(self.counters_table, self.accounts_table)

    @cached_property
    def events(self) -> Events:
        from allmytracks.foundation.eventbridge import EventBridgeEvents

        return EventBridgeEvents(self.settings.event_bus_name)

    @cached_property
    def mailer(self) -> Mailer:
        from allmytracks.foundation.ses import SesMailer

        return SesMailer(self.settings.mail_sender)

    @cached_property
    def throttle(self) -> Throttle:
        return self._throttle(patient=True)

    @cached_property
    def search_throttle(self) -> Throttle:
        """Of a use that needs no DynamoDB otherwise, and does not wait for it."""
        return self._throttle(patient=False)

    def _throttle(self, *, patient: bool) -> Throttle:
        from allmytracks.foundation.throttling.use_cases import Throttle

        table, on = self.settings.counters_table, self.settings.throttling

        def make_counters() -> ClientCounters:
            from allmytracks.foundation.aws.tables import Table
            from allmytracks.foundation.throttling.dynamodb import DynamoClientCounters, UncountedClients

            return DynamoClientCounters(Table(table, patient=patient)) if on else UncountedClients()

        return Throttle(make_counters, self.clock)
