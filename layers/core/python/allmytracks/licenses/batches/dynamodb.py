"""License batches in the accounts table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import asdict
from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.licenses.batches.rules import BatchNotFound, LicenseBatch, Outcome, Wish

# Until then its member sees the outcomes; downloads and letters themselves stay.
KEPT = timedelta(days=30)
NOT_FOUND = "You have no such batch."


class BatchItem(Model):
    """One batch; DynamoDB drops it after `expires_at` (TTL, epoch seconds)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    wish = UnicodeAttribute()
    requested_at = UnicodeAttribute()
    outcomes: MapAttribute[str, Any] = MapAttribute()
    waits_until = UnicodeAttribute(null=True)
    leased_until = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class DynamoLicenseBatches:
    """Batches in DynamoDB: one item each, with an outcome written as soon as there is one."""

    def __init__(self, table: Table) -> None:
        self._items = bind(BatchItem, table)

    def add(self, batch: LicenseBatch) -> LicenseBatch:
        item = self._items(
            account_key(batch.account_id),
            batch_sk(batch.id),
            wish=msgspec.json.encode(batch.wish).decode(),
            requested_at=rfc3339(batch.requested_at),
            outcomes={track_id: _attributes(outcome) for track_id, outcome in batch.outcomes.items()},
            expires_at=int((batch.requested_at + KEPT).timestamp()),
        )
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return self.get(batch.account_id, batch.id)
        return batch

    def get(self, account_id: str, batch_id: str) -> LicenseBatch:
        try:
            item = self._items.get(account_key(account_id), batch_sk(batch_id), consistent_read=True)
        except DoesNotExist:
            raise BatchNotFound(NOT_FOUND) from None
        return _batch_of(item, account_id, batch_id)

    def record(self, batch: LicenseBatch, track_id: str, outcome: Outcome) -> None:
        place = self._items.outcomes[track_id]
        try:
            self._items(account_key(batch.account_id), batch_sk(batch.id)).update(
                actions=[place.set(_attributes(outcome))],
                condition=self._items.pk.exists() & place.does_not_exist(),
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise

    def lease(self, batch: LicenseBatch, now: datetime, until: datetime) -> LicenseBatch | None:
        item = self._items(account_key(batch.account_id), batch_sk(batch.id))
        free = self._items.pk.exists()
        for taken in (self._items.waits_until, self._items.leased_until):
            free &= taken.does_not_exist() | (taken <= rfc3339(now))
        try:
            item.update(actions=[self._items.leased_until.set(rfc3339(until))], condition=free)
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            return None
        return _batch_of(item, batch.account_id, batch.id)

    def wait(self, batch: LicenseBatch, until: datetime) -> None:
        try:
            self._items(account_key(batch.account_id), batch_sk(batch.id)).update(
                actions=[self._items.waits_until.set(rfc3339(until)), self._items.leased_until.remove()],
                condition=self._items.pk.exists(),
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise


def batch_sk(batch_id: str) -> str:
    """The sort key of a batch in its account's partition."""
    return f"BATCH#{batch_id}"


def _batch_of(item: BatchItem, account_id: str, batch_id: str) -> LicenseBatch:
    outcomes: Mapping[str, Any] = item.outcomes.as_dict()
    return LicenseBatch(
        batch_id,
        account_id,
        msgspec.json.decode(item.wish, type=Wish),
        parse_rfc3339(item.requested_at),
        {track_id: Outcome(**outcome) for track_id, outcome in outcomes.items()},
        parse_rfc3339(item.waits_until) if item.waits_until else None,
        parse_rfc3339(item.leased_until) if item.leased_until else None,
    )


def _attributes(outcome: Outcome) -> dict[str, str]:
    return {name: value for name, value in asdict(outcome).items() if value is not None}
