"""The inbox of verified webhooks in the accounts table, and the same in memory; facts as they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.adapters.dynamodb import Table, bind, is_condition_failure, translated
from allmytracks.domain.instants import parse_rfc3339, rfc3339
from allmytracks.domain.payments import Fact, FactKind
from allmytracks.ports.payments import Received

EVENT = "EVENT"
UNFOLDED = "INBOX#unfolded"


class InboxIndex(GlobalSecondaryIndex["FactItem"]):
    """The inbox by when webhooks came: those that were never folded together, all others by their day."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class FactItem(Model):
    """One payment fact: these attributes and no others are ever kept of what a provider sends (P-7.payment)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    provider = UnicodeAttribute()
    event_id = UnicodeAttribute()
    occurred_at = UnicodeAttribute()
    kind = UnicodeAttribute()
    source_kind = UnicodeAttribute()
    order_id = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)
    references: ListAttribute[Any] = ListAttribute(default=list)
    subject = UnicodeAttribute(null=True)
    amount = NumberAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    method = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    received_at = UnicodeAttribute(null=True)
    folded_at = UnicodeAttribute(null=True)
    timeline = InboxIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)


def inbox_key(provider: str, event_id: str) -> str:
    """The partition of one webhook."""
    return f"INBOX#{provider}#{event_id}"


def day_key(received_at: datetime) -> str:
    """Where the index keeps webhooks of one day (UTC) for which nothing is left to do."""
    return f"INBOX#{rfc3339(received_at)[:10]}"


def to_fact_item(model: type[FactItem], pk: str, sk: str, fact: Fact) -> FactItem:
    """A fact under a key."""
    return model(
        pk,
        sk,
        provider=fact.provider,
        event_id=fact.event_id,
        occurred_at=rfc3339(fact.occurred_at),
        kind=fact.kind,
        source_kind=fact.source_kind,
        order_id=fact.order_id,
        account_id=fact.account_id,
        references=list(fact.references),
        subject=fact.subject,
        amount=fact.amount,
        currency=fact.currency,
        method=fact.method,
        reason=fact.reason,
    )


def to_fact(item: FactItem) -> Fact:
    """A stored fact as the domain knows it."""
    return Fact(
        provider=item.provider,
        event_id=item.event_id,
        occurred_at=parse_rfc3339(item.occurred_at),
        kind=FactKind(item.kind),
        source_kind=item.source_kind,
        order_id=item.order_id,
        account_id=item.account_id,
        references=tuple(item.references),
        subject=item.subject,
        amount=None if item.amount is None else int(item.amount),
        currency=item.currency,
        method=item.method,
        reason=item.reason,
    )


class DynamoInbox:
    """The inbox in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(FactItem, table)

    def put(self, received: Received) -> Received:
        fact = received.fact
        item = to_fact_item(self._items, inbox_key(fact.provider, fact.event_id), EVENT, fact)
        item.received_at = rfc3339(received.received_at)
        item.timeline_key = UNFOLDED if fact.kind is not FactKind.OTHER else day_key(received.received_at)
        item.timeline_at = f"{item.received_at}#{fact.provider}#{fact.event_id}"
        with translated():
            try:
                item.save(condition=self._items.pk.does_not_exist())
            except PutError as error:
                if not is_condition_failure(error):
                    raise
            else:
                return received
        return self.get(fact.provider, fact.event_id) or received

    def get(self, provider: str, event_id: str) -> Received | None:
        with translated():
            try:
                item = self._items.get(inbox_key(provider, event_id), EVENT, consistent_read=True)
            except DoesNotExist:
                return None
        folded_at: datetime | None = parse_rfc3339(item.folded_at) if item.folded_at else None
        return Received(to_fact(item), parse_rfc3339(item.received_at), folded_at)


@dataclass
class MemoryInbox:
    """The inbox in memory."""

    stored: dict[tuple[str, str], Received] = field(default_factory=dict)

    def put(self, received: Received) -> Received:
        return self.stored.setdefault((received.fact.provider, received.fact.event_id), received)

    def get(self, provider: str, event_id: str) -> Received | None:
        return self.stored.get((provider, event_id))
