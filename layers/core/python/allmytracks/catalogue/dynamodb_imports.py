"""Imports in the accounts table."""

from __future__ import annotations

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from allmytracks.catalogue.rules_imports import Import, ImportNotFound, ImportStatus, Tally
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

STATUS = "STATUS"
IMPORT = "IMPORT#"


class ImportItem(Model):
    """One import; `tally` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    label = UnicodeAttribute()
    status = UnicodeAttribute()
    started_by = UnicodeAttribute()
    started_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    runs = NumberAttribute()
    files = NumberAttribute()
    tally = UnicodeAttribute()


class DynamoImports:
    """Imports in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ImportItem, table)

    def get(self, import_id: str) -> Import:
        try:
            item = self._items.get(f"{IMPORT}{import_id}", STATUS, consistent_read=True)
        except DoesNotExist:
            raise ImportNotFound("There is no such import.") from None
        return Import(
            id=import_id,
            label=item.label,
            status=ImportStatus(item.status),
            started_by=item.started_by,
            started_at=parse_rfc3339(item.started_at),
            updated_at=parse_rfc3339(item.updated_at),
            runs=int(item.runs),
            files=int(item.files),
            tally=msgspec.json.decode(item.tally, type=Tally),
        )

    def put(self, record: Import) -> None:
        item = self._items(
            f"{IMPORT}{record.id}",
            STATUS,
            label=record.label,
            status=record.status,
            started_by=record.started_by,
            started_at=rfc3339(record.started_at),
            updated_at=rfc3339(record.updated_at),
            runs=record.runs,
            files=record.files,
            tally=msgspec.json.encode(record.tally).decode(),
        )
        item.save()
