"""Any history of several accounts, from sign-up to expiry, and histories that show mistakes (M-A.quota, M-III.6.2)."""

from __future__ import annotations

import itertools
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from allmytracks.downloads.ports_allowances import NotGranted, Terms
from allmytracks.downloads.rules import Grant
from allmytracks.downloads.rules_allowance import Day, day_at
from allmytracks.foundation.aws.models import Table
from tests.fakes.downloads import NEVER, MemoryDownloads
from tests.faults.history import play
from tests.faults.ledger import Ledger
from tests.faults.worlds import DynamoWorld, MemoryWorld


@pytest.mark.clause("M-A.quota")
@pytest.mark.clause("M-III.6.2")
@pytest.mark.clause("M-IV")
def test_any_history_in_memory() -> None:
    play(MemoryWorld, examples=120, steps=40)


class CountsWhatItRefuses(MemoryDownloads):
    """Counts before it checks."""

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        counts = self.records[grant.account_id].counts
        refused = super().grant(grant, terms, day, now)
        if refused:
            counts[day.number] = counts.get(day.number, 0) + 1
        return refused


class CountsInUtc(MemoryDownloads):
    """Uses another day boundary than the member's."""

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        return super().grant(grant, terms, replace(day, number=day_at(now, ZoneInfo("UTC")).number), now)


class ForgetsKeys(MemoryDownloads):
    """Treats a used key as a new one."""

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        self.records[grant.account_id].keys.clear()
        return super().grant(grant, terms, day, now)


class MixesAccounts(MemoryDownloads):
    """One member's download counts with every other's."""

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        refused = super().grant(grant, terms, day, now)
        for name, record in self.records.items():
            if refused is None and name != grant.account_id:
                record.counts[day.number] = record.counts.get(day.number, 0) + 1
        return refused


class ForgetsRestrictions(MemoryDownloads):
    """Grants while the account is restricted."""

    def grant(self, grant: Grant, terms: Terms, day: Day, now: datetime) -> NotGranted | None:
        record = self.records[grant.account_id]
        until, record.restricted_until = record.restricted_until, NEVER
        refused = super().grant(grant, terms, day, now)
        record.restricted_until = until
        return refused


@pytest.mark.parametrize("mistake", [CountsWhatItRefuses, CountsInUtc, ForgetsKeys, MixesAccounts, ForgetsRestrictions])
def test_a_mistake_shows_in_some_history(mistake: type[MemoryDownloads]) -> None:
    with pytest.raises(AssertionError):
        play(lambda: MemoryWorld(mistake()), examples=200, steps=50, to_fail=True)


@pytest.mark.dynamodb
@pytest.mark.clause("M-A.quota")
@pytest.mark.clause("M-IV")
def test_any_history_on_dynamodb(lasting_tables: dict[str, Table]) -> None:
    ledger = Ledger(lasting_tables["AccountsTable"], lasting_tables["CountersTable"])
    numbers = itertools.count()
    play(lambda: DynamoWorld(lasting_tables, ledger, f"{next(numbers)}-"), examples=10, steps=25)
    ledger.close()
