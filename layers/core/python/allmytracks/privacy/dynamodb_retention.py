"""Passing through the accounts table in pages, and how far the pass came."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.aws.passes import page_of_all
from allmytracks.foundation.aws.tables import get_item
from allmytracks.foundation.records import Store
from allmytracks.privacy.aws_stores import as_stored, key_of
from allmytracks.privacy.ports import Stored
from allmytracks.privacy.rules_retention import Pass

RETENTION, PROGRESS = "RETENTION", "PROGRESS"


class PassItem(Model):
    """The last pass; `progress` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    progress = UnicodeAttribute()


class DynamoPasses:
    """The last pass in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(PassItem, table)

    def last(self) -> Pass | None:
        try:
            item = self._items.get(RETENTION, PROGRESS, consistent_read=True)
        except DoesNotExist:
            return None
        return msgspec.json.decode(item.progress, type=Pass)

    def save(self, made: Pass) -> None:
        self._items(RETENTION, PROGRESS, progress=msgspec.json.encode(made).decode()).save()


class DynamoAllItems:
    """All items of the accounts table, at most so many read units a second."""

    def __init__(self, table: Table, pause: Callable[[float], None] = time.sleep) -> None:
        self._table = table
        self._pause = pause

    def page(self, after: tuple[str, str] | None, limit: int) -> tuple[Sequence[Stored], tuple[str, str] | None]:
        found, following = page_of_all(self._table, after, limit, self._pause)
        return [as_stored(Store.ACCOUNTS, each) for each in found], following

    def again(self, stored: Stored) -> Stored | None:
        item = get_item(self._table, key_of(stored))
        return None if item is None else as_stored(stored.store, item)
