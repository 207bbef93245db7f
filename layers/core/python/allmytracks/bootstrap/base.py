"""The adapters that several areas stand on.

Every import of an adapter stands inside the property that needs it, so that a function loads only what it uses.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.settings import Settings

if TYPE_CHECKING:
    from allmytracks.adapters.tables import Table
    from allmytracks.ports.accounts import Accounts
    from allmytracks.ports.cases import Cases
    from allmytracks.ports.downloads import Downloads
    from allmytracks.ports.messages import Events, Mailer
    from allmytracks.ports.payments import Orders
    from allmytracks.ports.publications import Publications
    from allmytracks.ports.standings import Standings
    from allmytracks.ports.throttling import ClientCounters
    from allmytracks.ports.time_and_ids import Clock, Ids
    from allmytracks.ports.tracks import Tracks
    from allmytracks.services.throttle import Throttle


class SharedAdapters:
    """Adapters are made once, when first asked for, and kept for the life of the process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> Clock:
        from allmytracks.adapters.time_and_ids import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> Ids:
        from allmytracks.adapters.time_and_ids import RandomIds

        return RandomIds()

    @cached_property
    def accounts_table(self) -> Table:
        from allmytracks.adapters.tables import Table

        return Table(self.settings.accounts_table)

    @cached_property
    def counters_table(self) -> Table:
        from allmytracks.adapters.tables import Table

        return Table(self.settings.counters_table)

    @cached_property
    def catalog_table(self) -> Table:
        from allmytracks.adapters.tables import Table

        return Table(self.settings.catalog_table)

    @cached_property
    def accounts(self) -> Accounts:
        from allmytracks.adapters.accounts import DynamoAccounts

        return DynamoAccounts(self.accounts_table)

    @cached_property
    def orders(self) -> Orders:
        from allmytracks.adapters.orders import DynamoOrders

        return DynamoOrders(self.accounts_table)

    @cached_property
    def publications(self) -> Publications:
        from allmytracks.adapters.publications import CachedPublications, DynamoPublications

        return CachedPublications(DynamoPublications(self.catalog_table), self.clock)

    @cached_property
    def fresh_publications(self) -> Publications:
        """Read anew each time, where the very instant of a publication matters."""
        from allmytracks.adapters.publications import DynamoPublications

        return DynamoPublications(self.catalog_table)

    @cached_property
    def tracks(self) -> Tracks:
        from allmytracks.adapters.tracks import CachedTracks, DynamoTracks

        return CachedTracks(DynamoTracks(self.catalog_table), self.clock)

    @cached_property
    def downloads(self) -> Downloads:
        from allmytracks.adapters.downloads import DynamoDownloads

        return DynamoDownloads(self.accounts_table)

    @cached_property
    def cases(self) -> Cases:
        from allmytracks.adapters.cases import DynamoCases

        return DynamoCases(self.accounts_table)

    @cached_property
    def standings(self) -> Standings:
        from allmytracks.adapters.standings import DynamoStandings

        return DynamoStandings(self.counters_table, self.accounts_table)

    @cached_property
    def events(self) -> Events:
        from allmytracks.adapters.events import EventBridgeEvents

        return EventBridgeEvents(self.settings.event_bus_name)

    @cached_property
    def mailer(self) -> Mailer:
        from allmytracks.adapters.mail import SesMailer

        return SesMailer(self.settings.mail_sender)

    @cached_property
    def throttle(self) -> Throttle:
        return self._throttle(patient=True)

    @cached_property
    def search_throttle(self) -> Throttle:
        """Of a use that needs no DynamoDB otherwise, and does not wait for it."""
        return self._throttle(patient=False)

    def _throttle(self, *, patient: bool) -> Throttle:
        from allmytracks.services.throttle import Throttle

        table, on = self.settings.counters_table, self.settings.throttling

        def make_counters() -> ClientCounters:
            from allmytracks.adapters.client_counters import DynamoClientCounters, UncountedClients
            from allmytracks.adapters.tables import Table

            return DynamoClientCounters(Table(table, patient=patient)) if on else UncountedClients()

        return Throttle(make_counters, self.clock)
