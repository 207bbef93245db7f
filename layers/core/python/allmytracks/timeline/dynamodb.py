"""Histories: the index `history` of the accounts table."""

from __future__ import annotations

from typing import Any

import msgspec

from allmytracks.foundation.aws.history import INDEX
from allmytracks.foundation.aws.tables import Attributes, Table
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.timeline.rules import Entry

# Attributes of the listed items that are projected into the index (infra/data.yaml).
SHOWN = ("title",)


class DynamoHistories:
    """Histories in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, subject: str, *, limit: int, cursor: str | None) -> Page[Entry]:
        asked: dict[str, Any] = {
            "TableName": self._table.name,
            "IndexName": INDEX,
            "KeyConditionExpression": "history_of = :subject",
            "ExpressionAttributeValues": {":subject": {"S": subject}},
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if cursor is not None:
            at, pk, sk = read_cursor(cursor, tuple[KeyPart, KeyPart, KeyPart])
            keys = {"history_of": subject, "history_at": at, "pk": pk, "sk": sk}
            asked["ExclusiveStartKey"] = {name: {"S": text} for name, text in keys.items()}
        found = self._table.client.call("Query", asked)
        last = found.get("LastEvaluatedKey")
        following = make_cursor(*(last[name]["S"] for name in ("history_at", "pk", "sk"))) if last else None
        return Page([to_entry(item) for item in found["Items"]], following)


def to_entry(item: Attributes) -> Entry:
    """The entry of an item of the index."""
    told = {name: str(value) for name, value in msgspec.json.decode(item["history"]["S"]).items()}
    kind, code, reference = told.pop("kind"), told.pop("code", None), told.pop("reference", None)
    shown = {name: item[name]["S"] for name in SHOWN if name in item}
    return Entry(parse_rfc3339(item["history_at"]["S"]), kind, code, reference, {**shown, **told})
