"""Operators' acts in the accounts table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pynamodb.attributes import UnicodeAttribute

from allmytracks.foundation.audit.rules import Act, Operator
from allmytracks.foundation.aws.history import history_attributes
from allmytracks.foundation.aws.models import ListedInHistory, Table, bind
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

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
        item.save(condition=self._items.pk.does_not_exist())

    def on_day(self, day: date) -> Sequence[Act]:
        return [
            Act(
                id=item.act_id,
                name=item.name,
                subject=item.subject,
                operator=Operator(item.operator, item.source_ip),
                at=parse_rfc3339(item.at),
                reason=item.reason,
            )
            for item in self._items.query(f"{AUDIT}{day.isoformat()}", consistent_read=True)
        ]
