"""Embargoes in the accounts table: `EMBARGO#<keyed hash>`, dropped by DynamoDB when they end.

The key is in Secrets Manager: without it nobody can tell from the table which address had an account.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb_addresses import OWNER, AddressItem, email_key
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure

EMBARGO, ADDRESS = "EMBARGO#", "ADDRESS"


class EmbargoItem(Model):
    """One address that rests until `expires_at` (seconds); it says nothing of whose it was."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute()


class DynamoEmbargoes:
    """Embargoes in DynamoDB; `key` gives the secret of this deployment. Raises Unavailable."""

    def __init__(self, table: Table, key: Callable[[], str]) -> None:
        self._items = bind(EmbargoItem, table)
        self._addresses = bind(AddressItem, table)
        self._connection = connect(table)
        self._key = key

    def until(self, email: str, now: datetime) -> datetime | None:
        try:
            item = self._items.get(self._place(email), ADDRESS, consistent_read=True)
        except DoesNotExist:
            return None
        ends = datetime.fromtimestamp(int(item.expires_at), UTC)
        return ends if now < ends else None

    def begin(self, email: str, owner: Owner, until: datetime) -> None:
        owned = self._addresses(email_key(email), OWNER, account_id=owner.account_id)
        resting = self._items(self._place(email), ADDRESS, expires_at=int(until.timestamp()))
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.delete(owned, condition=self._addresses.account_id == owner.account_id)
                transaction.save(resting)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise

    def _place(self, email: str) -> str:
        return f"{EMBARGO}{hmac.new(self._key().encode(), email.encode(), hashlib.sha256).hexdigest()}"
