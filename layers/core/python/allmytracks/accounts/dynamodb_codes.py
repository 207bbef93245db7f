"""Codes in the accounts table, in the partition of their address."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist
from pynamodb.models import Model

from allmytracks.accounts.dynamodb_addresses import email_key
from allmytracks.accounts.rules_codes import CodePurpose
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure

CODE = "CODE#"


class CodeItem(Model):
    """One code; DynamoDB drops it after `expires_at` (seconds)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    code_hash = UnicodeAttribute()
    expires_at = NumberAttribute()


class DynamoEmailedCodes:
    """Codes in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(CodeItem, table)

    def put(self, email: str, purpose: CodePurpose, code_hash: str, until: datetime) -> None:
        item = self._items(email_key(email), CODE + purpose.value)
        item.code_hash, item.expires_at = code_hash, int(until.timestamp())
        item.save()

    def get(self, email: str, purpose: CodePurpose, now: datetime) -> str | None:
        try:
            item = self._items.get(email_key(email), CODE + purpose.value, consistent_read=True)
        except DoesNotExist:
            return None
        return item.code_hash if now.timestamp() < item.expires_at else None

    def drop(self, email: str, purpose: CodePurpose, code_hash: str) -> None:
        item = self._items(email_key(email), CODE + purpose.value)
        try:
            item.delete(condition=self._items.code_hash == code_hash)
        except DeleteError as error:
            if not is_condition_failure(error):
                raise
