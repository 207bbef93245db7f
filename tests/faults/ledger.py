"""What the tables really hold about downloads, read without the product's adapters, and what may never be so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import boto3

from allmytracks.foundation.aws.models import Table
from allmytracks.memberships.rules import Period

ZONE = ZoneInfo("Asia/Hong_Kong")


@dataclass(frozen=True, slots=True)
class Record:
    """One download on record."""

    download_id: str
    track_id: str
    granted_at: datetime

    @property
    def day(self) -> int:
        return self.granted_at.astimezone(ZONE).date().toordinal()


@dataclass(frozen=True, slots=True)
class Books:
    """One account's records, and its counts by day number (counts of long ago are not kept)."""

    records: Sequence[Record]
    counts: Mapping[int, int]


class Ledger:
    """Reads the accounts' items from DynamoDB itself."""

    def __init__(self, accounts: Table, counters: Table) -> None:
        self._client = boto3.client("dynamodb", endpoint_url=accounts.endpoint)
        self._accounts = accounts.name
        self._counters = counters.name

    def books(self, account_id: str) -> Books:
        found = self._client.query(
            TableName=self._accounts,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues={":pk": {"S": f"ACCOUNT#{account_id}"}, ":sk": {"S": "DOWNLOAD#"}},
            ConsistentRead=True,
        )
        # A download is named after its use as well once a licence bound it; that second name is no download.
        downloads = [item for item in found["Items"] if "alias_of" not in item]
        return Books([_record(item) for item in downloads], _counts(self.allowance(account_id)))

    def allowance(self, account_id: str) -> Mapping[str, Any]:
        """The raw allowance item."""
        found = self._client.get_item(
            TableName=self._counters, Key={"pk": {"S": f"ALLOWANCE#{account_id}"}}, ConsistentRead=True
        )
        return found.get("Item", {})

    def close(self) -> None:
        self._client.close()


def _record(item: Mapping[str, Any]) -> Record:
    return Record(item["download_id"]["S"], item["track_id"]["S"], datetime.fromisoformat(item["granted_at"]["S"]))


def _counts(item: Mapping[str, Any]) -> dict[int, int]:
    days = (name for name in item if name[0] == "d" and name[1:].isdecimal())
    return {int(name[1:]): int(item[name]["N"]) for name in days}


def breaches(books: Books, periods: Iterable[Period]) -> list[str]:
    """Every violation of the allowance (M-A.quota) in an account's items; empty if there is none.

    A day's count is the number of its records, and no record exceeds the limit of the plan in force when it was
    granted.
    """
    held = tuple(periods)
    found = []
    kept = Counter(record.day for record in books.records)
    for day, count in books.counts.items():
        if kept[day] != count:
            found.append(f"day {day}: {count} counted, {kept[day]} on record")
    newest = max(kept, default=0)
    if newest and newest not in books.counts:
        found.append(f"day {newest}: {kept[newest]} on record, none counted")
    seen: Counter[int] = Counter()
    for record in sorted(books.records, key=lambda each: each.granted_at):
        seen[record.day] += 1
        limit = next((period.daily_limit for period in held if period.covers(record.granted_at)), 0)
        if seen[record.day] > limit:
            found.append(f"day {record.day}: {record.download_id} is number {seen[record.day]} of {limit}")
    return found
