"""Counts of searches in the catalogue table: an item for each month and search; with words once enough searched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from allmytracks.catalogue.rules_statistics import (
    LEAST_MEMBERS,
    SHOWN_KEPT,
    UNSHOWN_KEPT,
    SearchCount,
    mark_of,
    month_of,
)
from allmytracks.foundation.aws.client import RefusedError
from allmytracks.foundation.aws.tables import Attributes, Table, pages

SEARCHES_PREFIX = "SEARCHES#"


class DynamoSearchCounts:
    """Counts in DynamoDB: one write for what is shown already, else one or two."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, words: str, account_id: str, now: datetime, *, vain: bool) -> None:
        month = month_of(now)
        key = {"pk": {"S": SEARCHES_PREFIX + month}, "sk": {"S": sha256(words.encode()).hexdigest()[:32]}}
        counted = {":one": {"N": "1"}, ":vain": {"N": str(int(vain))}}
        shown = "ADD searches :one, vain :vain", counted, "attribute_exists(words)"
        if self._updated(key, *shown) is not None:
            return
        mark = {"SS": [mark_of(month, words, account_id)]}
        found = self._updated(
            key,
            "ADD searches :one, vain :vain, members :mark SET expires_at = :until",
            {**counted, ":mark": mark, ":until": _at(now + UNSHOWN_KEPT)},
            "attribute_not_exists(words)",
        )
        if found is None:  # another search made it enough meanwhile
            self._updated(key, *shown)
        elif len(found["members"]["SS"]) >= LEAST_MEMBERS:
            named = {":words": {"S": words}, ":until": _at(now + SHOWN_KEPT)}
            self._updated(key, "SET words = :words, expires_at = :until REMOVE members", named, "attribute_exists(pk)")

    def _updated(self, key: Attributes, update: str, values: Attributes, condition: str) -> Attributes | None:
        """The updated item; None where the condition does not hold."""
        asked = {
            "TableName": self._table.name,
            "Key": key,
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_NEW",
        }
        try:
            found: Attributes = self._table.client.call("UpdateItem", asked)["Attributes"]
        except RefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise
            return None
        return found

    def shown(self, month: str) -> Sequence[SearchCount]:
        asked = {
            "TableName": self._table.name,
            "KeyConditionExpression": "pk = :month",
            "FilterExpression": "attribute_exists(words)",
            "ExpressionAttributeValues": {":month": {"S": SEARCHES_PREFIX + month}},
        }
        return [
            SearchCount(item["words"]["S"], int(item["searches"]["N"]), int(item["vain"]["N"]))
            for page in pages(self._table.client, "Query", asked)
            for item in page["Items"]
        ]


def _at(instant: datetime) -> dict[str, str]:
    return {"N": str(int(instant.timestamp()))}
