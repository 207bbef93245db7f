"""Numbers of erasure receipts in the accounts table, each in the partition of its account."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.time_and_ids import Clock, Ids

RECEIPT = "RECEIPT"


class ReceiptNumberItem(Model):
    """The number of an account's receipt."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    number = UnicodeAttribute()
    drawn_at = UnicodeAttribute()


class DynamoReceiptNumbers:
    """Numbers in DynamoDB; the first that is drawn stays."""

    def __init__(self, table: Table, ids: Ids, clock: Clock) -> None:
        self._items = bind(ReceiptNumberItem, table)
        self._ids = ids
        self._clock = clock

    def of(self, account_id: str) -> str:
        known = self.known(account_id)
        if known is not None:
            return known
        number, now = self._ids.new("era"), rfc3339(self._clock.now())
        item = self._items(account_key(account_id), RECEIPT, number=number, drawn_at=now)
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return str(self._items.get(item.pk, RECEIPT, consistent_read=True).number)
        return number

    def known(self, account_id: str) -> str | None:
        try:
            return str(self._items.get(account_key(account_id), RECEIPT, consistent_read=True).number)
        except DoesNotExist:
            return None
