"""Erasures in the accounts table: how far each came, and its receipt. They outlive the account."""

from __future__ import annotations

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.privacy.rules_erasure import Erasure, ErasureNotFound, Phase

ERASURE, STATE = "ERASURE#", "STATE"
NOT_FOUND = "There is no such receipt."


class ErasureItem(Model):
    """One erasure; `erasure` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    erasure = UnicodeAttribute()
    phase = UnicodeAttribute()
    begun_at = UnicodeAttribute()


class DynamoErasures:
    """Erasures in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ErasureItem, table)

    def begin(self, erasure: Erasure) -> Erasure:
        try:
            self._item(erasure).save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return self.get(erasure.id)
        return erasure

    def get(self, erasure_id: str) -> Erasure:
        try:
            item = self._items.get(f"{ERASURE}{erasure_id}", STATE, consistent_read=True)
        except DoesNotExist:
            raise ErasureNotFound(NOT_FOUND) from None
        return msgspec.json.decode(item.erasure, type=Erasure)

    def save(self, erasure: Erasure) -> None:
        try:
            self._item(erasure).save(condition=self._items.phase != Phase.DONE.value)
        except PutError as error:
            if not is_condition_failure(error):
                raise

    def _item(self, erasure: Erasure) -> ErasureItem:
        return self._items(
            f"{ERASURE}{erasure.id}",
            STATE,
            erasure=msgspec.json.encode(erasure).decode(),
            phase=erasure.phase.value,
            begun_at=rfc3339(erasure.begun_at),
        )
