"""The inbox in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.foundation.paging import Page
from allmytracks.payments.ledger.dynamodb_inbox import cursor_after, place_of, shelf_of, start_of
from allmytracks.payments.ledger.rules_inbox import Received, Ruling
from allmytracks.payments.rules import FactName


@dataclass
class MemoryInbox:
    """Events by provider and id."""

    stored: dict[tuple[str, str], Received] = field(default_factory=dict)

    def put(self, received: Received) -> Received:
        return self.stored.setdefault((received.fact.provider, received.fact.event_id), received)

    def get(self, provider: str, event_id: str) -> Received | None:
        return self.stored.get((provider, event_id))

    def known(self, provider: str, event_ids: Sequence[str]) -> Mapping[str, Received]:
        found = {event_id: self.get(provider, event_id) for event_id in event_ids}
        return {event_id: received for event_id, received in found.items() if received is not None}

    def set_unattached(self, name: FactName, now: datetime) -> None:
        known = self.stored[name.provider, name.event_id]
        if known.folded_at is None and known.ruling is None:
            since = known.unattached_since or now
            self.stored[name.provider, name.event_id] = replace(known, unattached_since=since)

    def rule(self, name: FactName, ruling: Ruling) -> bool:
        known = self.stored.get((name.provider, name.event_id))
        if known is None or known.folded_at is not None:
            return False
        self.stored[name.provider, name.event_id] = replace(known, ruling=ruling)
        return True

    def set_sweeps(self, name: FactName, times: int) -> None:
        known = self.stored[name.provider, name.event_id]
        if known.folded_at is None:
            self.stored[name.provider, name.event_id] = replace(known, sweeps=times)

    def page(
        self, shelf: str, *, limit: int, cursor: str | None = None, between: tuple[datetime, datetime] | None = None
    ) -> Page[Received]:
        after = start_of(cursor, between)[0] if cursor is not None else ""
        wanted = sorted(
            (place_of(each), each)
            for each in self.stored.values()
            if shelf_of(each) == shelf
            and place_of(each) > after
            and (between is None or between[0] <= each.received_at < between[1])
        )
        shown = wanted[:limit]
        return Page([each for _, each in shown], cursor_after(shown[-1][1]) if len(wanted) > limit else None)
