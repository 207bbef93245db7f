"""Deadlines in the accounts table: `DEADLINE#<kind>#<reference>` beside the profile, listed by the index `timeline`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import account_key, account_of_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import rfc3339

DEADLINE, WAITING = "DEADLINE#", "DEADLINES"
KEPT_BY_KEY = frozenset({"account_id"})


class DueIndex(GlobalSecondaryIndex["DeadlineItem"]):
    """Deadlines by when they are due."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class DeadlineItem(Model):
    """One deadline."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = DueIndex()
    timeline_key = UnicodeAttribute()
    timeline_at = UnicodeAttribute()
    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    reference = UnicodeAttribute()
    step = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)


class DynamoDeadlines:
    """Deadlines in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(DeadlineItem, table)

    def put(self, deadline: Deadline) -> None:
        item = self._items(
            account_key(deadline.account_id),
            sort_key(deadline.kind, deadline.reference),
            **to_stored(deadline, without=KEPT_BY_KEY),
        )
        item.timeline_key, item.timeline_at = WAITING, f"{rfc3339(deadline.at)}#{deadline.account_id}#{item.sk}"
        item.save()

    def get(self, account_id: str, kind: DeadlineKind, reference: str = "") -> Deadline | None:
        try:
            return _to_deadline(
                self._items.get(account_key(account_id), sort_key(kind, reference), consistent_read=True)
            )
        except DoesNotExist:
            return None

    def remove(self, deadline: Deadline) -> bool:
        model = self._items
        item = model(account_key(deadline.account_id), sort_key(deadline.kind, deadline.reference))
        try:
            item.delete(condition=model.pk.does_not_exist() | (model.at == rfc3339(deadline.at)))
        except DeleteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def due(self, now: datetime) -> Iterator[Deadline]:
        # "$" sorts after "#", so that what is due at this very instant is among them.
        for item in self._items.timeline.query(WAITING, self._items.timeline_at < f"{rfc3339(now)}$"):
            yield _to_deadline(item)


def sort_key(kind: DeadlineKind, reference: str = "") -> str:
    """A deadline's sort key."""
    return f"{DEADLINE}{kind}#{reference}"


def _to_deadline(item: DeadlineItem) -> Deadline:
    return from_stored(item.attribute_values, Deadline, account_id=account_of_key(item.pk))
