"""The write that grants a download, on DynamoDB.

By botocore's client, without PynamoDB's models: this is the hot path (docs/decisions/2026-11-22-fast-download.md).
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from allmytracks.adapters import allowance_write as write
from allmytracks.adapters.download_attributes import ALIAS, download_key, revoked_at_of, to_grant
from allmytracks.adapters.dynamodb import (
    CONDITION_FAILED,
    CONFLICT_RETRIES,
    FIRST_PAUSE_SECONDS,
    TRANSIENT,
    Table,
    connect,
)
from allmytracks.adapters.keys import allowance_key
from allmytracks.domain.allowance import Day, Standing
from allmytracks.domain.downloads import Grant
from allmytracks.domain.errors import Unavailable
from allmytracks.ports.allowances import NotGranted, Terms

Item = Mapping[str, Mapping[str, Any]]
CANCELED = "TransactionCanceledException"
# Codes of a canceled transaction's reasons after which the same transaction may be sent again.
TRANSIENT_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class DynamoAllowances:
    """Allowances in the counters table, downloads in the accounts table, one transaction over both."""

    def __init__(self, counters: Table, accounts: Table) -> None:
        self._counters, self._accounts = counters.name, accounts.name
        self._client: Any = connect(counters).client

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        asked = {
            "TransactItems": write.transaction(self._counters, self._accounts, grant, terms, day, now),
            # The same for each try: where an answer was lost, DynamoDB knows the transaction and takes it as done.
            "ClientRequestToken": str(uuid.uuid4()),
        }
        for attempt in range(CONFLICT_RETRIES):
            if attempt:
                # Another write holds one of the items, or the answer was lost: the same write is safe to repeat.
                time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter, no secret
            try:
                self._client.transact_write_items(**asked)
            except BotoCoreError:
                continue  # the connection failed: no answer came
            except ClientError as error:
                reasons = _reasons(error)
                if reasons is not None:
                    return self._refused(reasons, grant, day)
            else:
                return None
        raise Unavailable

    def standing(self, account_id: str, day: Day) -> Standing | None:
        item = self._get(self._counters, {"pk": {"S": allowance_key(account_id)}})
        return write.to_standing(item, day) if item else None

    def _refused(self, reasons: list[dict[str, Any]], grant: Grant, day: Day) -> NotGranted:
        existing, allowance = (reason.get("Item") for reason in reasons)
        if existing and ALIAS in existing:
            existing = self._get(self._accounts, download_key(grant.account_id, existing[ALIAS]["S"]))
        return NotGranted(
            existing=to_grant(existing) if existing else None,
            standing=write.to_standing(allowance, day) if allowance else None,
            revoked_at=revoked_at_of(existing) if existing else None,
            key_used=write.used_key(allowance, grant.key_hash, day) if allowance else False,
        )

    def _get(self, table: str, key: Item) -> Item | None:
        try:
            found: Item | None = self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        except BotoCoreError as error:
            raise Unavailable from error
        except ClientError as error:
            if error.response["Error"]["Code"] in TRANSIENT:
                raise Unavailable from error
            raise
        return found


def _reasons(error: ClientError) -> list[dict[str, Any]] | None:
    """Why the transaction was refused by its conditions; None where it may be sent again. Raises what is a defect."""
    code = error.response["Error"]["Code"]
    if code in TRANSIENT:
        return None
    reasons: list[Any] = [*error.response.get("CancellationReasons", [])]
    if code != CANCELED:
        raise error
    codes = {reason["Code"] for reason in reasons}
    # One of them first: a request that is under way may be this very one, and about to be granted.
    if codes & TRANSIENT_REASONS:
        return None
    if CONDITION_FAILED not in codes:
        raise error
    return reasons
