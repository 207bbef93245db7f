"""Applications to close an account, in the accounts table: `CLOSING` beside the profile."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import account_key, account_of_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

CLOSING, WAITING = "CLOSING", "CLOSINGS"
KEPT_BY_KEY = frozenset({"account_id"})


class WaitingIndex(GlobalSecondaryIndex["ClosingItem"]):
    """Applications that wait, by when they came."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class ClosingItem(Model):
    """One account's latest application; with `timeline_key` while it waits."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = WaitingIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    applied_at = UnicodeAttribute()
    forfeit = BooleanAttribute(default=False)
    reason = UnicodeAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)
    decided_reason = UnicodeAttribute(null=True)


class DynamoClosings:
    """Applications in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ClosingItem, table)

    def get(self, account_id: str) -> Closing | None:
        try:
            return _to_closing(self._items.get(account_key(account_id), CLOSING, consistent_read=True))
        except DoesNotExist:
            return None

    def apply(self, closing: Closing) -> Closing:
        model = self._items
        if self._put(closing, model.pk.does_not_exist() | (model.status == ClosingStatus.REFUSED.value)):
            return closing
        return self.get(closing.account_id) or closing

    def withdraw(self, account_id: str) -> bool:
        model = self._items
        condition = model.pk.does_not_exist() | (model.status == ClosingStatus.APPLIED.value)
        try:
            model(account_key(account_id), CLOSING).delete(condition=condition)
        except DeleteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def decide(self, closing: Closing) -> bool:
        return self._put(closing, self._items.status == ClosingStatus.APPLIED.value)

    def begin(self, closing: Closing) -> None:
        self._item(closing).save()

    def waiting(self, *, limit: int, cursor: str | None) -> Page[Closing]:
        start = _start(cursor) if cursor else None
        found = self._items.timeline.query(WAITING, limit=limit, last_evaluated_key=start)
        items = list(found)
        more = found.last_evaluated_key is not None
        after = make_cursor(str(items[-1].timeline_at), account_of_key(items[-1].pk)) if more and items else None
        return Page([_to_closing(item) for item in items], after)

    def _put(self, closing: Closing, condition: Condition) -> bool:
        try:
            self._item(closing).save(condition=condition)
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def _item(self, closing: Closing) -> ClosingItem:
        item = self._items(account_key(closing.account_id), CLOSING, **to_stored(closing, without=KEPT_BY_KEY))
        if closing.status is ClosingStatus.APPLIED:
            item.timeline_key, item.timeline_at = WAITING, place(closing)
        return item


def place(closing: Closing) -> str:
    """An application's sort key in the list."""
    return f"{rfc3339(closing.applied_at)}#{closing.account_id}"


def read_place(cursor: str) -> tuple[str, str]:
    """The place and account that a cursor names. Raises InvalidFields."""
    return read_cursor(cursor, tuple[KeyPart, KeyPart])


def _start(cursor: str) -> dict[str, dict[str, str]]:
    at, account_id = read_place(cursor)
    return {
        "pk": {"S": account_key(account_id)},
        "sk": {"S": CLOSING},
        "timeline_key": {"S": WAITING},
        "timeline_at": {"S": at},
    }


def _to_closing(item: ClosingItem) -> Closing:
    return from_stored(item.attribute_values, Closing, account_id=account_of_key(item.pk))
