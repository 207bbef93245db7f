"""Publications in the catalogue table, and a short-lived cache."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allmytracks.foundation.aws.tables import (
    Table,
    pages,
    put_where_absent,
    to_attributes,
    to_values,
)
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publication, Publications, refuse_another_body

FRESH_FOR = timedelta(seconds=30)


class DynamoPublications:
    """Publications in DynamoDB; an item's `body` is JSON."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self, kind: str) -> Sequence[Publication]:
        asked = {
            "TableName": self._table.name,
            "KeyConditionExpression": "pk = :kind",
            "ExpressionAttributeValues": {":kind": {"S": publication_key(kind)}},
            "ConsistentRead": True,
        }
        found = [to_values(item) for page in pages(self._table.client, "Query", asked) for item in page["Items"]]
        return [
            Publication(kind, each["version"], parse_rfc3339(each["effective_at"]), json.loads(each["body"]))
            for each in found
        ]

    def publish(self, publication: Publication) -> None:
        effective_at = rfc3339(publication.effective_at)
        refuse_another_body(self.all(publication.kind), publication)
        item = {
            "pk": publication_key(publication.kind),
            "sk": f"{effective_at}#{publication.version}",
            "version": publication.version,
            "effective_at": effective_at,
            "body": json.dumps(publication.body, sort_keys=True, ensure_ascii=False),
        }
        put_where_absent(self._table, to_attributes(item))


def publication_key(kind: str) -> str:
    """The partition of a kind of publications."""
    return f"PUBLICATION#{kind}"


@dataclass
class CachedPublications:
    """Caches publications for half a minute: a change takes effect without a deployment (M-II.9)."""

    source: Publications
    clock: Clock
    _kept: dict[str, tuple[datetime, Sequence[Publication]]] = field(default_factory=dict)

    def all(self, kind: str) -> Sequence[Publication]:
        now = self.clock.now()
        kept = self._kept.get(kind)
        if kept is None or not timedelta(0) <= now - kept[0] < FRESH_FOR:
            kept = self._kept[kind] = (now, self.source.all(kind))
        return kept[1]

    def publish(self, publication: Publication) -> None:
        self._kept.pop(publication.kind, None)
        self.source.publish(publication)
