"""Watch records: each account's recent sightings, in the counters table."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import asdict
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.models import Model

from allmytracks.enforcement.rules_sightings import Sighting, Watched
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure

REMEMBERED_FOR = timedelta(days=2)


class WatchItem(Model):
    """The watch record of one account; `watched` is MessagePack."""

    pk = UnicodeAttribute(hash_key=True)
    revision = NumberAttribute()
    watched = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute()


class _Line(msgspec.Struct, array_like=True):
    """A sighting without its field names, which would be half of the item."""

    id: str
    at: datetime
    is_link: bool
    network: str | None
    device: str | None
    by_tool: bool


class _Remembered(msgspec.Struct, array_like=True):
    sightings: list[_Line]
    judged_until: datetime | None


class DynamoWatchRecords:
    """Watch records in DynamoDB; TTL removes those unchanged for two days."""

    def __init__(self, counters: Table) -> None:
        self._items = bind(WatchItem, counters)

    def get(self, account_id: str) -> Watched:
        try:
            item = self._items.get(watch_key(account_id), consistent_read=True)
        except DoesNotExist:
            return Watched()
        kept = msgspec.msgpack.decode(item.watched, type=_Remembered)
        sightings = tuple(Sighting(**msgspec.structs.asdict(line)) for line in kept.sightings)
        return Watched(sightings, kept.judged_until, int(item.revision))

    def put(self, account_id: str, watched: Watched, now: datetime) -> bool:
        model = self._items
        lines = [_Line(**asdict(each)) for each in watched.sightings]
        item = model(
            watch_key(account_id),
            revision=watched.revision + 1,
            watched=msgspec.msgpack.encode(_Remembered(lines, watched.judged_until)),
            expires_at=int((now + REMEMBERED_FOR).timestamp()),
        )
        unchanged = model.revision == watched.revision if watched.revision else model.pk.does_not_exist()
        try:
            item.save(condition=unchanged)
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True


def watch_key(account_id: str) -> str:
    """The key of what is remembered of an account."""
    return f"WATCH#{account_id}"
