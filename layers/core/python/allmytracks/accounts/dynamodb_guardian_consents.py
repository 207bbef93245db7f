"""Single-use links of guardians in the accounts table; only the token's hash is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind

CONSENT = "CONSENT"
GUARDIAN = "GUARDIAN#"


class GuardianItem(Model):
    """One link, unused or of a refusal (`decision`); DynamoDB drops it after `expires_at` (TTL)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    expires_at = NumberAttribute()
    decision = UnicodeAttribute(null=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_key(token: str) -> str:
    """The partition of a link."""
    return f"{GUARDIAN}{_hash(token)}"


class DynamoGuardianConsents:
    """Links in DynamoDB; consenting deletes one, so that it works once."""

    def __init__(self, table: Table) -> None:
        self._items = bind(GuardianItem, table)

    def ask(self, token: str, account_id: str, expires_at: datetime) -> None:
        item = self._items(link_key(token), CONSENT, account_id=account_id, expires_at=int(expires_at.timestamp()))
        item.save()

    def account_of(self, token: str, now: datetime) -> str | None:
        item = self._item(token)
        return str(item.account_id) if item is not None and now.timestamp() < item.expires_at else None

    def refused(self, token: str) -> bool:
        item = self._item(token)
        return item is not None and item.decision is not None

    def _item(self, token: str) -> GuardianItem | None:
        try:
            return self._items.get(link_key(token), CONSENT, consistent_read=True)
        except DoesNotExist:
            return None
