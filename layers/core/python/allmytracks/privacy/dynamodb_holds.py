"""Legal holds in the accounts table, in the partition of their account."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DeleteError
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.privacy.rules_holds import Hold, HoldNotFound

HOLD = "HOLD#"


class HoldItem(Model):
    """One hold; `legal_hold` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    legal_hold = UnicodeAttribute()


class DynamoHolds:
    """Holds in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(HoldItem, table)

    def set(self, hold: Hold) -> None:
        text = msgspec.json.encode(hold).decode()
        self._items(account_key(hold.account_id), f"{HOLD}{hold.id}", legal_hold=text).save()

    def lift(self, account_id: str, hold_id: str) -> None:
        try:
            self._items(account_key(account_id), f"{HOLD}{hold_id}").delete(condition=self._items.pk.exists())
        except DeleteError as error:
            if is_condition_failure(error):
                raise HoldNotFound("This account has no such hold.") from None
            raise

    def of(self, account_id: str) -> Sequence[Hold]:
        found = self._items.query(account_key(account_id), self._items.sk.startswith(HOLD), consistent_read=True)
        return [msgspec.json.decode(each.legal_hold, type=Hold) for each in found]
