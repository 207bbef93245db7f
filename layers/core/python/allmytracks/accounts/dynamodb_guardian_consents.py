"""Single-use links of guardians in the accounts table; only the token's hash is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind, is_condition_failure

CONSENT = "CONSENT"
GUARDIAN = "GUARDIAN#"


class GuardianItem(Model):
    """One unused link; DynamoDB drops it after `expires_at` (TTL)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    expires_at = NumberAttribute()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class DynamoGuardianConsents:
    """Links in DynamoDB; redeeming one deletes it, so that it works once."""

    def __init__(self, table: Table) -> None:
        self._items = bind(GuardianItem, table)

    def ask(self, token: str, account_id: str, expires_at: datetime) -> None:
        item = self._items(
            f"{GUARDIAN}{_hash(token)}", CONSENT, account_id=account_id, expires_at=int(expires_at.timestamp())
        )
        item.save()

    def redeem(self, token: str, now: datetime) -> str | None:
        key = f"{GUARDIAN}{_hash(token)}"
        try:
            item = self._items.get(key, CONSENT, consistent_read=True)
        except DoesNotExist:
            return None
        try:
            item.delete(condition=self._items.expires_at > int(now.timestamp()))
        except DeleteError as error:
            if is_condition_failure(error):
                return None
            raise
        return str(item.account_id)
