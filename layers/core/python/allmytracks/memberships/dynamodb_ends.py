"""Ends of memberships in the accounts table, indexed by when a notice is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.memberships.rules_ends import End

END = "END"
DUE = "ENDS"
PAGE = 100


class DueIndex(GlobalSecondaryIndex["EndItem"]):
    """The index `timeline`: ends by the instant of their next notice."""

    class Meta:
        """Which index it is."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class EndItem(Model):
    """The end of an account's membership; with `timeline_key` while a notice is outstanding."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = DueIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)
    order_id = UnicodeAttribute(null=True)
    plan = UnicodeAttribute(null=True)
    ends_at = UnicodeAttribute(null=True)


def to_end_item(model: type[EndItem], account_id: str, end: End | None) -> EndItem:
    """The item that replaces the account's previous end; empty where there is no notice to send."""
    item = model(account_key(account_id), END)
    if end is not None:
        item.timeline_key, item.timeline_at = DUE, _place(end.due_at, account_id)
        item.account_id, item.order_id, item.plan = account_id, end.order_id, end.plan
        item.ends_at = rfc3339(end.ends_at)
    return item


def _place(due_at: datetime, account_id: str) -> str:
    return f"{rfc3339(due_at)}#{account_id}"


class DynamoEnds:
    """Ends in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(EndItem, table)

    def due(self, now: datetime) -> Iterator[End]:
        by_now = self._items.timeline_at < f"{rfc3339(now)}$"  # `$` follows `#`: includes this instant
        for item in self._items.timeline.query(DUE, by_now, page_size=PAGE):
            due_at = parse_rfc3339(item.timeline_at.partition("#")[0])
            yield End(item.account_id, item.order_id, item.plan, parse_rfc3339(item.ends_at), due_at)

    def set_next(self, end: End, due_at: datetime | None) -> None:
        model = self._items
        if due_at is None:
            actions: list[Action] = [model.timeline_key.remove(), model.timeline_at.remove()]
        else:
            actions = [model.timeline_at.set(_place(due_at, end.account_id))]
        unchanged = (model.ends_at == rfc3339(end.ends_at)) & (model.timeline_at == _place(end.due_at, end.account_id))
        try:
            model(account_key(end.account_id), END).update(actions=actions, condition=unchanged)
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
