"""Liquidated damages in the accounts table."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.models import Model

from allmytracks.damages.rules import Damages
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure


class DamagesItem(Model):
    """One claim; `damages` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    damages = UnicodeAttribute()


class DynamoDamagesBook:
    """Claims in DynamoDB, in a partition beside the account's: they outlive it."""

    def __init__(self, table: Table) -> None:
        self._items = bind(DamagesItem, table)

    def record(self, damages: Damages) -> Damages:
        key = damages_key(damages.claim.account_id)
        item = self._items(key, damages.claim.id, damages=msgspec.json.encode(damages).decode())
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return _damages(self._items.get(key, damages.claim.id, consistent_read=True))
        return damages

    def all(self, account_id: str) -> Sequence[Damages]:
        found = [_damages(item) for item in self._items.query(damages_key(account_id), consistent_read=True)]
        return sorted(found, key=_order)


def damages_key(account_id: str) -> str:
    """The partition of an account's damages."""
    return f"DAMAGES#{account_id}"


def _damages(item: DamagesItem) -> Damages:
    return msgspec.json.decode(item.damages, type=Damages)


def _order(damages: Damages) -> tuple[str, str]:
    return damages.recorded_at.isoformat(), damages.claim.id
