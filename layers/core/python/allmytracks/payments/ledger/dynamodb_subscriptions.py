"""An account's subscriptions of cloud storage in the accounts table: one item, indexed by when a notice is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.payments.ledger.rules_subscriptions import PAST_DUE_LOOK, PastDue, Renewal, Subscription, next_notice

SUBSCRIPTIONS = "SUBSCRIPTIONS"
DUE = "RENEWALS"
PAGE = 100


class RenewalIndex(GlobalSecondaryIndex["SubscriptionsItem"]):
    """The index `timeline`: accounts by when their notices of renewals and ends are next to be looked at."""

    class Meta:
        """Which index it is."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class SubscriptionsItem(Model):
    """The subscriptions as JSON, written whole by the fold, whose transaction refuses an older state."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    subscriptions = UnicodeAttribute()
    timeline = RenewalIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)


def to_subscriptions_item(
    model: type[SubscriptionsItem], account_id: str, subscriptions: Sequence[Subscription], now: datetime
) -> SubscriptionsItem:
    """The item that replaces the one before."""
    item = model(
        account_key(account_id),
        SUBSCRIPTIONS,
        account_id=account_id,
        subscriptions=msgspec.json.encode(subscriptions).decode(),
    )
    due_at = next_notice(subscriptions, now)
    if due_at is not None:
        item.timeline_key, item.timeline_at = DUE, _place(due_at, account_id)
    return item


def to_subscriptions(text: str) -> tuple[Subscription, ...]:
    """The subscriptions of an item."""
    return msgspec.json.decode(text, type=tuple[Subscription, ...])


class DynamoSubscriptions:
    """Subscriptions in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(SubscriptionsItem, table)

    def of(self, account_id: str) -> tuple[Subscription, ...]:
        try:
            item = self._items.get(account_key(account_id), SUBSCRIPTIONS, consistent_read=True)
        except DoesNotExist:
            return ()
        return to_subscriptions(item.subscriptions)

    def due(self, now: datetime) -> Iterator[Renewal]:
        for item in self._listed(now):
            yield Renewal(item.account_id, parse_rfc3339(item.timeline_at.partition("#")[0]))

    def past_due(self, now: datetime) -> Iterator[PastDue]:
        for item in self._listed(now + PAST_DUE_LOOK):
            for each in to_subscriptions(item.subscriptions):
                since = each.past_due_since(now)
                if since is not None:
                    yield PastDue(item.account_id, each, since)

    def _listed(self, until: datetime) -> Iterator[SubscriptionsItem]:
        by_then = self._items.timeline_at < f"{rfc3339(until)}$"  # `$` follows `#`: includes this instant
        return iter(self._items.timeline.query(DUE, by_then, page_size=PAGE))

    def set_next(self, renewal: Renewal, due_at: datetime | None) -> None:
        model = self._items
        if due_at is None:
            actions: list[Action] = [model.timeline_key.remove(), model.timeline_at.remove()]
        else:
            actions = [model.timeline_at.set(_place(due_at, renewal.account_id))]
        unchanged = model.timeline_at == _place(renewal.due_at, renewal.account_id)
        try:
            model(account_key(renewal.account_id), SUBSCRIPTIONS).update(actions=actions, condition=unchanged)
        except UpdateError as error:
            if not is_condition_failure(error):
                raise


def _place(due_at: datetime, account_id: str) -> str:
    return f"{rfc3339(due_at)}#{account_id}"
