"""The write that grants a download, on DynamoDB: the hot path (docs/decisions/2026-11-24-lean-aws-client.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from allmytracks.downloads import dynamodb_grant as write
from allmytracks.downloads.dynamodb_attributes import ALIAS, download_key, revoked_at_of, to_grant
from allmytracks.downloads.ports_allowances import NotGranted, Terms
from allmytracks.downloads.rules import Grant
from allmytracks.downloads.rules_allowance import Day, Standing
from allmytracks.foundation.aws.keys import allowance_key
from allmytracks.foundation.aws.tables import Table, get_item, transact


class DynamoAllowances:
    """Allowances in the counters table, downloads in the accounts table, one transaction over both."""

    def __init__(self, counters: Table, accounts: Table) -> None:
        self._counters, self._accounts = counters, accounts
        self._client = counters.client

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        items = write.transaction(self._counters.name, self._accounts.name, grant, terms, day, now)
        reasons = transact(self._client, items)
        return self._refused(reasons, grant, day) if reasons else None

    def standing(self, account_id: str, day: Day) -> Standing | None:
        item = get_item(self._counters, {"pk": {"S": allowance_key(account_id)}})
        return write.to_standing(item, day) if item else None

    def _refused(self, reasons: Sequence[Mapping[str, Any]], grant: Grant, day: Day) -> NotGranted:
        existing, allowance = (reason.get("Item") for reason in reasons)
        if existing and ALIAS in existing:
            existing = get_item(self._accounts, download_key(grant.account_id, existing[ALIAS]["S"]))
        return NotGranted(
            existing=to_grant(existing) if existing else None,
            standing=write.to_standing(allowance, day) if allowance else None,
            revoked_at=revoked_at_of(existing) if existing else None,
            key_used=write.used_key(allowance, grant.key_hash, day) if allowance else False,
        )
