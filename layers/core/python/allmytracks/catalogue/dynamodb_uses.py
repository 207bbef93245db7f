"""Counts of downloads by track in the catalogue table, in separate items, so that a download updates no index.

Each counted download leaves a mark, written in one transaction with the count and dropped by TTL. A track that many
download at once has one transaction for each batch of the stream, not one for each download.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from allmytracks.catalogue.dynamodb import TRACK, TRACK_PREFIX, USES
from allmytracks.catalogue.ports_uses import Counted
from allmytracks.foundation.aws.tables import ABSENT, Table, failed, get_item, transact, update_where_present
from allmytracks.foundation.errors import Unavailable

USES_PREFIX, COUNTED_PREFIX = "USES#", "COUNTED#"
# A stream keeps its records for a day.
KEPT = timedelta(days=2)
MOST_AT_ONCE = 99  # marks beside the count, of the hundred writes that a transaction has
ATTEMPTS = 5


class DynamoUses:
    """Counts in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, track_id: str, download_ids: Collection[str], now: datetime) -> Counted:
        ids = list(dict.fromkeys(download_ids))
        groups = [ids[first : first + MOST_AT_ONCE] for first in range(0, len(ids), MOST_AT_ONCE)]
        added = sum(self._add(track_id, group, now) for group in groups)
        found = get_item(self._table, _count_key(track_id)) or {}
        return Counted(int(found[USES]["N"]) if USES in found else 0, added)

    def _add(self, track_id: str, ids: list[str], now: datetime) -> int:
        """How many of them were not counted before."""
        for _ in range(ATTEMPTS):
            if not ids:
                return 0
            reasons = transact(self._table.client, [self._count(track_id, len(ids)), *self._marks(ids, now)])
            if not reasons:
                return len(ids)
            ids = [each for each, reason in zip(ids, reasons[1:], strict=True) if not failed(reason)]
        raise Unavailable

    def _count(self, track_id: str, downloads: int) -> dict[str, object]:
        update = {
            "TableName": self._table.name,
            "Key": _count_key(track_id),
            "UpdateExpression": f"ADD {USES} :downloads",
            "ExpressionAttributeValues": {":downloads": {"N": str(downloads)}},
        }
        return {"Update": update}

    def _marks(self, ids: list[str], now: datetime) -> list[dict[str, object]]:
        until = {"N": str(int((now + KEPT).timestamp()))}
        items = [{"pk": {"S": COUNTED_PREFIX + each}, "sk": {"S": TRACK}, "expires_at": until} for each in ids]
        return [{"Put": {"TableName": self._table.name, "Item": each, "ConditionExpression": ABSENT}} for each in items]

    def show(self, track_id: str, uses: int) -> None:
        key = {"pk": {"S": TRACK_PREFIX + track_id}, "sk": {"S": TRACK}}
        update_where_present(self._table, key, "SET #uses = :uses", {"#uses": USES}, {":uses": {"N": str(uses)}})


def _count_key(track_id: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": USES_PREFIX + track_id}, "sk": {"S": TRACK}}
