"""The inbox of verified webhooks in the accounts table, and the same in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.adapters.fact_attributes import fact_attributes, fact_of
from allmytracks.adapters.tables import Table, get_item, put_where_absent, to_attributes
from allmytracks.domain.instants import parse_rfc3339, rfc3339
from allmytracks.domain.payments import FactKind
from allmytracks.ports.payments import Received

EVENT = "EVENT"
UNFOLDED = "INBOX#unfolded"


def inbox_key(provider: str, event_id: str) -> str:
    """The partition of one webhook."""
    return f"INBOX#{provider}#{event_id}"


def day_key(received_at: datetime) -> str:
    """Where the index keeps webhooks of one day (UTC) for which nothing is left to do."""
    return f"INBOX#{rfc3339(received_at)[:10]}"


class DynamoInbox:
    """The inbox in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, received: Received) -> Received:
        fact = received.fact
        received_at = rfc3339(received.received_at)
        place = {
            "received_at": received_at,
            "timeline_key": UNFOLDED if fact.kind is not FactKind.OTHER else day_key(received.received_at),
            "timeline_at": f"{received_at}#{fact.provider}#{fact.event_id}",
        }
        item = fact_attributes(inbox_key(fact.provider, fact.event_id), EVENT, fact)
        if put_where_absent(self._table, item | to_attributes(place)):
            return received
        return self.get(fact.provider, fact.event_id) or received

    def get(self, provider: str, event_id: str) -> Received | None:
        item = get_item(self._table, {"pk": {"S": inbox_key(provider, event_id)}, "sk": {"S": EVENT}})
        if item is None:
            return None
        folded_at = parse_rfc3339(item["folded_at"]["S"]) if "folded_at" in item else None
        return Received(fact_of(item), parse_rfc3339(item["received_at"]["S"]), folded_at)


@dataclass
class MemoryInbox:
    """The inbox in memory."""

    stored: dict[tuple[str, str], Received] = field(default_factory=dict)

    def put(self, received: Received) -> Received:
        return self.stored.setdefault((received.fact.provider, received.fact.event_id), received)

    def get(self, provider: str, event_id: str) -> Received | None:
        return self.stored.get((provider, event_id))
