"""The inbox of payment events in the accounts table, without PynamoDB for the webhook's speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allmytracks.foundation.aws.client import RefusedError
from allmytracks.foundation.aws.tables import (
    Attributes,
    Table,
    get_item,
    get_items,
    put_where_absent,
    to_attributes,
    to_values,
)
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, bad_cursor, make_cursor, read_cursor
from allmytracks.payments.ledger.dynamodb_fact_attributes import fact_attributes, fact_of
from allmytracks.payments.ledger.rules_inbox import Owner, Received, ReceivedStatus, Ruling
from allmytracks.payments.rules import FactName

if TYPE_CHECKING:  # a webhook loads no PynamoDB
    from pynamodb.expressions.update import Action

    from allmytracks.payments.ledger.dynamodb_facts import FactItem

EVENT = "EVENT"
# Sparse, and shared with other lists: a shelf for what is unfolded, one for what is unattached, one for each day.
INDEX = "timeline"
UNTOUCHED = "attribute_not_exists(folded_at) AND attribute_not_exists(ruled_at)"
UNFOLDED = "attribute_exists(pk) AND attribute_not_exists(folded_at)"


def inbox_key(provider: str, event_id: str) -> str:
    """The partition of one event."""
    return f"INBOX#{provider}#{event_id}"


def shelf_key(shelf: str) -> str:
    """The index's key of a shelf (see ports)."""
    return f"INBOX#{shelf}"


def shelf_of(received: Received) -> str:
    """An event's sort key in the index."""
    waits = received.status in {ReceivedStatus.UNFOLDED, ReceivedStatus.UNATTACHED}
    return received.status.value if waits else rfc3339(received.received_at)[:10]


def place_of(received: Received) -> str:
    """An event's sort key on its shelf."""
    return f"{rfc3339(received.received_at)}#{received.fact.provider}#{received.fact.event_id}"


def folding_actions(model: type[FactItem], received: Received, now: datetime) -> list[Action]:
    """How the item changes when its event is folded, in the fold's own transaction."""
    return [
        model.folded_at.set(model.folded_at | rfc3339(now)),
        model.timeline_key.set(shelf_key(rfc3339(received.received_at)[:10])),
    ]


def cursor_after(received: Received) -> str:
    """The cursor of the page after an event on its shelf."""
    return make_cursor(place_of(received), received.fact.provider, received.fact.event_id)


def start_of(cursor: str, between: tuple[datetime, datetime] | None) -> tuple[str, str, str]:
    """Sort key, provider and event that a cursor names. Raises InvalidFields, also where it is outside `between`."""
    place, provider, event_id = read_cursor(cursor, tuple[KeyPart, KeyPart, KeyPart])
    if between is not None and not rfc3339(between[0]) <= place <= rfc3339(between[1]):
        raise bad_cursor()  # DynamoDB refuses to start outside of the queried range
    return place, provider, event_id


class DynamoInbox:
    """The inbox in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, received: Received) -> Received:
        fact = received.fact
        place = {
            "received_at": rfc3339(received.received_at),
            "timeline_key": shelf_key(shelf_of(received)),
            "timeline_at": place_of(received),
        }
        item = fact_attributes(inbox_key(fact.provider, fact.event_id), EVENT, fact)
        known = put_where_absent(self._table, item | to_attributes(place))
        return to_received(known) if known else received

    def get(self, provider: str, event_id: str) -> Received | None:
        item = get_item(self._table, _key(provider, event_id))
        return None if item is None else to_received(item)

    def known(self, provider: str, event_ids: Sequence[str]) -> Mapping[str, Received]:
        items = get_items(self._table, [_key(provider, event_id) for event_id in dict.fromkeys(event_ids)])
        return {received.fact.event_id: received for received in map(to_received, items)}

    def set_unattached(self, name: FactName, now: datetime) -> None:
        values = {":since": rfc3339(now), ":shelf": shelf_key(ReceivedStatus.UNATTACHED)}
        change = "SET unattached_since = if_not_exists(unattached_since, :since), timeline_key = :shelf"
        self._update(name, change, values, f"attribute_exists(pk) AND {UNTOUCHED}")

    def rule(self, name: FactName, ruling: Ruling) -> bool:
        known = self.get(name.provider, name.event_id)
        if known is None:
            return False
        ruled = Received(known.fact, known.received_at, unattached_since=known.unattached_since, ruling=ruling)
        owner = ruling.owner
        texts = {
            "ruled_account": owner.account_id if owner else None,
            "ruled_order": owner.order_id if owner else None,
            "ruled_why": ruling.reason,
            "ruled_by": ruling.operator,
            "ruled_at": rfc3339(ruling.at),
            "timeline_key": shelf_key(shelf_of(ruled)),
        }
        given = {name: text for name, text in texts.items() if text is not None}
        change = "SET " + ", ".join(f"{each} = :{each}" for each in given)
        if absent := ", ".join(each for each in texts if each not in given):
            change += f" REMOVE {absent}"
        return self._update(name, change, {f":{each}": text for each, text in given.items()}, UNFOLDED)

    def set_sweeps(self, name: FactName, times: int) -> None:
        self._update(name, "SET sweeps = :times", {":times": times}, UNFOLDED)

    def _update(self, name: FactName, change: str, values: Mapping[str, str | int], condition: str) -> bool:
        asked = {
            "TableName": self._table.name,
            "Key": _key(name.provider, name.event_id),
            "UpdateExpression": change,
            "ExpressionAttributeValues": to_attributes(values),
            "ConditionExpression": condition,
        }
        try:
            self._table.client.call("UpdateItem", asked)
        except RefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def page(
        self, shelf: str, *, limit: int, cursor: str | None = None, between: tuple[datetime, datetime] | None = None
    ) -> Page[Received]:
        key = shelf_key(shelf)
        condition, values = "timeline_key = :shelf", {":shelf": key}
        if between is not None:
            # Sort keys are longer than the instants in them, so that this excludes the upper bound.
            condition += " AND timeline_at BETWEEN :first AND :last"
            values |= {":first": rfc3339(between[0]), ":last": rfc3339(between[1])}
        asked: dict[str, Any] = {
            "TableName": self._table.name,
            "IndexName": INDEX,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_attributes(values),
            "Limit": limit,
        }
        if cursor is not None:
            place, provider, event_id = start_of(cursor, between)
            asked["ExclusiveStartKey"] = {
                **_key(provider, event_id),
                "timeline_key": {"S": key},
                "timeline_at": {"S": place},
            }
        found = self._table.client.call("Query", asked)
        items = [to_received(item) for item in found["Items"]]
        return Page(items, cursor_after(items[-1]) if items and "LastEvaluatedKey" in found else None)


def _key(provider: str, event_id: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": inbox_key(provider, event_id)}, "sk": {"S": EVENT}}


def to_received(item: Attributes) -> Received:
    """The received event of an item."""
    values = to_values(item)
    instants = {
        name: parse_rfc3339(values[name]) if name in values else None
        for name in ("folded_at", "unattached_since", "ruled_at")
    }
    ruling = None
    if instants["ruled_at"] is not None:
        owner = Owner(values["ruled_account"], values.get("ruled_order")) if "ruled_account" in values else None
        ruling = Ruling(owner, values["ruled_why"], values["ruled_by"], instants["ruled_at"])
    return Received(
        fact_of(item),
        parse_rfc3339(values["received_at"]),
        instants["folded_at"],
        instants["unattached_since"],
        ruling,
        int(values.get("sweeps", 0)),
    )
