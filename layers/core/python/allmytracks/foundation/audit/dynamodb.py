"""Operators' acts in the accounts table."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from datetime import date

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError

from allmytracks.foundation.audit.rules import Act, Acts, Operator
from allmytracks.foundation.aws.history import history_attributes
from allmytracks.foundation.aws.models import ListedInHistory, Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

AUDIT = "AUDIT#"


class ActItem(ListedInHistory):
    """One act of an operator."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    act_id = UnicodeAttribute()
    name = UnicodeAttribute()
    subject = UnicodeAttribute()
    operator = UnicodeAttribute()
    source_ip = UnicodeAttribute()
    at = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)


class DynamoAuditLog:
    """Acts in DynamoDB, one partition for each day."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ActItem, table)

    def record(self, act: Act) -> None:
        at = rfc3339(act.at)
        item = self._items(
            f"{AUDIT}{at[:10]}",
            f"{at}#{act.id}",
            act_id=act.id,
            name=act.name,
            subject=act.subject,
            operator=act.operator.arn,
            source_ip=act.operator.source_ip,
            at=at,
            reason=act.reason,
            # In the subject's history: an account's own history shows it, any other subject has a history of acts.
            **history_attributes(act.subject, act.at, act.name, code=act.reason),
        )
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            # An act's id is new: what is there is this very act, written by a call whose answer was lost.
            if not is_condition_failure(error):
                raise

    def on_day(self, day: date) -> Sequence[Act]:
        return [_to_act(item) for item in self._items.query(f"{AUDIT}{day.isoformat()}", consistent_read=True)]

    def page(self, day: date, acts: Acts, *, limit: int, cursor: str | None) -> Page[Act]:
        key, start = f"{AUDIT}{day.isoformat()}", None
        if cursor is not None:
            [place] = read_cursor(cursor, tuple[KeyPart])
            start = {"pk": {"S": key}, "sk": {"S": place}}
        model = self._items
        asked = [
            condition
            for value, condition in (
                (acts.subject, model.subject == acts.subject),
                (acts.operator, model.operator.contains(acts.operator or "")),
                (acts.name, model.name == acts.name),
            )
            if value is not None
        ]
        found = model.query(
            key,
            filter_condition=functools.reduce(operator.and_, asked) if asked else None,
            consistent_read=True,
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=start,
        )
        read, last = [_to_act(item) for item in found], found.last_evaluated_key
        return Page(read, make_cursor(str(last["sk"]["S"])) if last is not None and read else None)


def _to_act(item: ActItem) -> Act:
    return Act(
        id=item.act_id,
        name=item.name,
        subject=item.subject,
        operator=Operator(item.operator, item.source_ip),
        at=parse_rfc3339(item.at),
        reason=item.reason,
    )
