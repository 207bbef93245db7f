"""The write that grants a download, on DynamoDB."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from allmytracks.adapters.allowance_item import AllowanceItem, allowance_key, to_periods
from allmytracks.adapters.downloads import DownloadItem, to_grant, to_item
from allmytracks.adapters.dynamodb import Table, bind, connect, failed_reasons, is_condition_failure, translated
from allmytracks.domain.allowance import Day, Standing
from allmytracks.domain.downloads import Grant
from allmytracks.domain.errors import Unavailable
from allmytracks.ports.allowances import NotGranted

CONFLICT_RETRIES = 6
FIRST_PAUSE_SECONDS = 0.02
# Counts of older days go with the next grant; a longer silence leaves one small attribute behind.
DAYS_TRIMMED = 31


def count_attribute(day_number: int) -> str:
    """The attribute that counts one day."""
    return f"d{day_number}"


class DynamoAllowances:
    """Allowances in the counters table, downloads in the accounts table, one transaction over both."""

    def __init__(self, counters: Table, accounts: Table) -> None:
        self._allowances = bind(AllowanceItem, counters)
        self._downloads = bind(DownloadItem, accounts)
        self._connection = connect(counters)

    def grant(
        self, grant: Grant, terms_permitting: Sequence[str], day: Day, now: datetime, period_index: int
    ) -> NotGranted | None:
        for attempt in range(CONFLICT_RETRIES):
            try:
                with translated():
                    return self._try(grant, terms_permitting, day, now, period_index)
            except Unavailable:
                # Another write holds one of the items, or the answer was lost: the same write is safe to repeat.
                if attempt == CONFLICT_RETRIES - 1:
                    raise
                time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter, no secret
        raise Unavailable

    def _try(
        self, grant: Grant, terms_permitting: Sequence[str], day: Day, now: datetime, period_index: int
    ) -> NotGranted | None:
        allowance = self._allowances(allowance_key(grant.account_id))
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(
                    to_item(self._downloads, grant),
                    condition=self._downloads.pk.does_not_exist(),
                    return_values="ALL_OLD",
                )
                transaction.update(
                    allowance,
                    actions=_count(self._allowances, day),
                    condition=_may(self._allowances, terms_permitting, day, now, period_index),
                    return_values="ALL_OLD",
                )
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            existing, standing = (reason.raw_item if reason else None for reason in failed_reasons(error))
            return NotGranted(
                existing=to_grant(self._downloads.from_raw_data(existing)) if existing else None,
                standing=self._standing(standing, day) if standing else None,
            )
        return None

    def standing(self, account_id: str, day: Day) -> Standing | None:
        with translated():
            # The table's connection, not the model: the counts of days are attributes that no model can declare.
            found = self._allowances._get_connection().get_item(  # noqa: SLF001 - PynamoDB's way to the raw item
                allowance_key(account_id), consistent_read=True
            )
        raw = found.get("Item")
        return self._standing(raw, day) if raw else None

    def _standing(self, raw: dict[str, Any], day: Day) -> Standing:
        item = self._allowances.from_raw_data(raw)
        return Standing(
            standing=item.standing,
            restricted_until=datetime.fromtimestamp(item.restricted_until, UTC),
            periods=tuple(to_periods(item.periods)),
            used=int(raw.get(count_attribute(day.number), {"N": "0"})["N"]),
            newest_day=int(item.day),
        )


def _count(model: type[AllowanceItem], day: Day) -> list[Action]:
    """Counts one more on `day` and drops the counts of the days before it."""
    count = Path(count_attribute(day.number))
    trimmed = [Path(count_attribute(day.number - back)).remove() for back in range(1, DAYS_TRIMMED + 1)]
    return [count.set((count | 0) + 1), model.day.set(day.number), *trimmed]


def _may(
    model: type[AllowanceItem], terms_permitting: Sequence[str], day: Day, now: datetime, period_index: int
) -> Condition:
    """What must hold for a grant; domain/allowance.py explains each part where it does not."""

    def period(name: str) -> Path:
        return Path(f"periods[{period_index}].{name}")

    count = Path(count_attribute(day.number))
    moment = int(now.timestamp())
    condition: Condition = (
        (model.standing == "active")
        & (model.restricted_until <= moment)
        & (period("starts_at") <= moment)
        & (period("ends_at") > moment)
        & period("terms_id").is_in(*terms_permitting)
        & (count.does_not_exist() | (count < period("daily_limit")))
        & (model.day <= day.number)  # a request of yesterday that comes late would start a new count of yesterday
    )
    return condition
