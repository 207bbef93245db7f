"""Requests for acts in the accounts table; DynamoDB drops them after a year, as the audit log keeps what was done."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.foundation.approvals.rules import Approval, ApprovalStatus
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

APPROVAL, STATE, WAITING = "APPROVAL#", "STATE", "APPROVALS"
KEPT = timedelta(days=366)


class WaitingIndex(GlobalSecondaryIndex["ApprovalItem"]):
    """Requests that wait, by when they came."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class ApprovalItem(Model):
    """The latest request for one act; with `timeline_key` while it waits."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = WaitingIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()
    act = UnicodeAttribute()
    subject = UnicodeAttribute()
    method = UnicodeAttribute()
    path = UnicodeAttribute()
    body = UnicodeAttribute()
    requested_by = UnicodeAttribute()
    requested_at = UnicodeAttribute()
    valid_until = UnicodeAttribute()
    status = UnicodeAttribute()
    decided_by = UnicodeAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)


class DynamoApprovals:
    """Requests in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ApprovalItem, table)

    def get(self, approval_id: str) -> Approval | None:
        try:
            return _to_approval(self._items.get(f"{APPROVAL}{approval_id}", STATE, consistent_read=True))
        except DoesNotExist:
            return None

    def put(self, approval: Approval, *, after: Approval | None) -> bool:
        model = self._items
        waits = approval.status is ApprovalStatus.WAITING
        item = model(
            f"{APPROVAL}{approval.id}",
            STATE,
            timeline_key=WAITING if waits else None,
            timeline_at=_place(approval) if waits else None,
            expires_at=int((approval.requested_at + KEPT).timestamp()),
            **to_stored(approval, without=frozenset({"id"})),
        )
        unchanged = model.pk.does_not_exist()
        if after is not None:
            unchanged = (model.status == after.status.value) & (model.valid_until == rfc3339(after.valid_until))
        try:
            item.save(condition=unchanged)
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return self.get(approval.id) == approval  # our own write, whose answer was lost
        return True

    def waiting(self, *, limit: int, cursor: str | None) -> Page[Approval]:
        start = None
        if cursor is not None:
            place, approval_id = read_cursor(cursor, tuple[KeyPart, KeyPart])
            start = {
                "pk": {"S": f"{APPROVAL}{approval_id}"},
                "sk": {"S": STATE},
                "timeline_key": {"S": WAITING},
                "timeline_at": {"S": place},
            }
        found = self._items.timeline.query(WAITING, limit=limit, last_evaluated_key=start)
        items = [_to_approval(item) for item in found]
        more = found.last_evaluated_key is not None and bool(items)
        return Page(items, make_cursor(_place(items[-1]), items[-1].id) if more else None)


def _place(approval: Approval) -> str:
    return f"{rfc3339(approval.requested_at)}#{approval.id}"


def _to_approval(item: ApprovalItem) -> Approval:
    return from_stored(item.attribute_values, Approval, id=item.pk.removeprefix(APPROVAL))
