"""Refused requests in the accounts table; TTL removes them after a year."""

from __future__ import annotations

from datetime import timedelta

from allmytracks.accounts.dynamodb_closed import not_closed
from allmytracks.foundation.aws.history import history_attributes
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.tables import ABSENT, Table, to_attributes, transact
from allmytracks.foundation.instants import rfc3339
from allmytracks.timeline.rules import Refusal

REFUSAL = "REFUSAL#"
KEPT = timedelta(days=365)


class DynamoRefusals:
    """Refusals in DynamoDB: one item for equal ones within a minute, and none of an account that is closed by now."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, refusal: Refusal) -> None:
        item = {
            "pk": account_key(refusal.account_id),
            "sk": f"{REFUSAL}{rfc3339(refusal.minute)}#{refusal.route}#{refusal.code}",
            "expires_at": int((refusal.at + KEPT).timestamp()),
            **history_attributes(
                refusal.account_id, refusal.at, "request_refused", code=refusal.code, route=refusal.route
            ),
        }
        put = {"TableName": self._table.name, "Item": to_attributes(item), "ConditionExpression": ABSENT}
        transact(self._table.client, [not_closed(self._table.name, refusal.account_id), {"Put": put}])
