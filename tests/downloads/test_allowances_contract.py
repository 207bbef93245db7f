"""The allowance's write: the twin in memory and DynamoDB keep the same contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.downloads.dynamodb_grant import count_attribute, keys_attribute
from allmytracks.downloads.ports_allowances import Allowances, Terms
from allmytracks.downloads.rules_allowance import Counted, day_at
from allmytracks.enforcement.rules_fraud import Burst
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.aws.tables import get_item
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from allmytracks.memberships.rules import Period
from tests.factories.allowances import TERMS, ZONE, a_grant, grant, used
from tests.factories.instants import NOW
from tests.factories.memberships import period
from tests.fakes.downloads import AccountRecord, MemoryDownloads

Arrange = Callable[..., None]


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def allowances(request: pytest.FixtureRequest) -> tuple[Allowances, Arrange]:
    if request.param == "memory":
        memory = MemoryDownloads()

        def arrange_memory(
            account_id: str,
            periods: Sequence[Period],
            restricted_until: datetime | None = None,
            standing: str = "active",
        ) -> None:
            memory.records[account_id] = AccountRecord(standing=standing, periods=tuple(periods))
            if restricted_until:
                memory.records[account_id].restricted_until = restricted_until

        return memory, arrange_memory
    counters: Table = request.getfixturevalue("counters_table")
    accounts: Table = request.getfixturevalue("accounts_table")
    model = bind(AllowanceItem, counters)

    def arrange_dynamodb(
        account_id: str, periods: Sequence[Period], restricted_until: datetime | None = None, standing: str = "active"
    ) -> None:
        until = int(restricted_until.timestamp()) if restricted_until else 0
        model(allowance_key(account_id), periods=periods, restricted_until=until, standing=standing).save()

    return DynamoAllowances(counters, accounts), arrange_dynamodb


@pytest.mark.clause("M-A.quota")
def test_counts_up_to_the_limit_and_never_beyond(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period(limit=3)])
    assert [grant(port, f"key-{n}") for n in range(3)] == [None, None, None]
    refused = grant(port, "key-3")
    assert refused is not None
    assert refused.existing is None
    assert refused.standing is not None
    assert refused.standing.used == 3
    assert used(port) == 3


def test_the_same_name_is_granted_once_and_shows_the_first_grant(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period()])
    assert grant(port) is None
    again = grant(port, now=NOW + timedelta(minutes=1))
    assert again is not None
    assert again.existing == a_grant()
    assert used(port) == 1


def test_a_new_day_starts_at_nothing_and_an_older_day_is_closed(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period(limit=1)])
    tomorrow = NOW + timedelta(days=1)
    assert grant(port, "today") is None
    assert grant(port, "tomorrow", now=tomorrow) is None
    assert used(port, tomorrow) == 1
    late = grant(port, "late")  # a request of yesterday that comes after the roll-over
    assert late is not None
    assert late.standing is not None
    assert late.standing.newest_day == day_at(tomorrow, ZONE).number


@pytest.mark.clause("M-II.3")
def test_no_item_no_period_or_a_past_period_grants_nothing(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    nobody = grant(port)
    assert nobody is not None
    assert nobody.standing is None
    arrange("acc-1", [])
    assert grant(port) is not None
    arrange("acc-1", [period(days=1)])  # ends at this very instant
    assert grant(port) is not None
    arrange("acc-1", [period(starts_at=NOW + timedelta(seconds=1))])
    assert grant(port) is not None
    assert used(port) == 0


@pytest.mark.clause("M-II.5")
def test_the_second_period_serves_by_its_own_index_and_limit(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    first = period(days=1)
    second = period("business", starts_at=first.ends_at, limit=2)
    arrange("acc-1", [first, second])
    refused = grant(port)
    assert refused is not None
    assert refused.standing is not None
    assert refused.standing.period_index(NOW) == 1
    assert refused.standing.periods == (first, second)
    assert grant(port, terms=replace(TERMS, period_index=1)) is None


def test_other_terms_refuse(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period()])
    assert grant(port, terms=Terms(("business@v1",))) is not None
    assert used(port) == 0


@pytest.mark.clause("M-III.5.fraud")
def test_a_restriction_refuses_until_its_instant(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period()], restricted_until=NOW + timedelta(minutes=1))
    assert grant(port) is not None
    assert grant(port, now=NOW + timedelta(minutes=1)) is None


@pytest.mark.clause("M-V.2")
def test_an_account_that_is_not_active_is_refused(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period()], standing="banned")
    refused = grant(port)
    assert refused is not None
    assert refused.standing is not None
    assert refused.standing.standing == "banned"


@pytest.mark.clause("M-IV")
def test_accounts_count_apart(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period(limit=1)])
    arrange("acc-2", [period(limit=1)])
    assert grant(port) is None
    other = a_grant(account_id="acc-2")
    assert port.grant(other, TERMS, day_at(NOW, ZONE), NOW) is None


def test_an_expected_count_holds_the_grant_to_it(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period(limit=3)])
    assert grant(port, "wrong", terms=replace(TERMS, expected=Counted(1, 3))) is not None
    assert grant(port, "limit", terms=replace(TERMS, expected=Counted(0, 30))) is not None
    assert grant(port, "first", terms=replace(TERMS, expected=Counted(0, 3))) is None
    assert grant(port, "again", terms=replace(TERMS, expected=Counted(0, 3))) is not None
    assert grant(port, "second", terms=replace(TERMS, expected=Counted(1, 3))) is None
    assert grant(port, "too late", terms=replace(TERMS, expected=Counted(1, 3))) is not None
    assert grant(port, "third", terms=replace(TERMS, expected=Counted(2, 3))) is None
    refused = grant(port, "fourth", terms=replace(TERMS, expected=Counted(3, 3)))
    assert refused is not None, "an expectation never opens a day that is used up"
    assert refused.standing is not None
    assert refused.standing.counted(NOW) == Counted(3, 3)


@pytest.mark.clause("M-A.quota")
def test_a_key_grants_one_thing_of_today_and_yesterday(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period()])
    assert grant(port, "key-1", track_id="trk-a") is None
    for days in (0, 1):
        other = grant(port, "key-1", NOW + timedelta(days=days), track_id="trk-b")
        assert other is not None
        assert (other.existing, other.key_used) == (None, True)
    assert grant(port, "key-2", NOW + timedelta(days=1), track_id="trk-b") is None
    assert used(port, NOW + timedelta(days=1)) == 1


def test_old_keys_do_not_block_a_grant(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period(days=90)])
    for n, days in enumerate((0, 2, 17, 34)):
        assert grant(port, "key-1", NOW + timedelta(days=days), track_id=f"trk-{n}") is None


def test_a_key_of_one_account_says_nothing_of_another(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period()])
    arrange("acc-2", [period()])
    assert grant(port) is None
    other = a_grant(account_id="acc-2", track_id="trk-other")
    assert port.grant(other, TERMS, day_at(NOW, ZONE), NOW) is None


@pytest.mark.clause("M-III.5.fraud")
def test_a_burst_is_slowed_down_until_its_oldest_grant_is_old_enough(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period()])
    terms = replace(TERMS, burst=Burst(downloads=3, minutes=10))
    for n in range(3):
        assert grant(port, f"key-{n}", NOW + timedelta(minutes=n), terms) is None
    refused = grant(port, "key-3", NOW + timedelta(minutes=9), terms)
    assert refused is not None
    assert refused.standing is not None
    assert refused.standing.recent == tuple(NOW + timedelta(minutes=n) for n in (2, 1, 0))
    assert used(port) == 3
    assert grant(port, "key-3", NOW + timedelta(minutes=10), terms) is None
    assert grant(port, "key-4", NOW + timedelta(minutes=10, seconds=30), terms) is not None
    assert grant(port, "key-4", NOW + timedelta(minutes=10, seconds=30)) is None, "without the slow-down it passes"


def test_an_existing_download_and_a_refusal_are_both_returned(allowances: tuple[Allowances, Arrange]) -> None:
    port, arrange = allowances
    arrange("acc-1", [period(limit=1)])
    assert grant(port, "key-1", track_id="trk-a") is None
    again = grant(port, "key-2", track_id="trk-a")
    assert again is not None
    assert again.existing == a_grant("key-1", track_id="trk-a")
    assert again.standing is not None
    assert (again.standing.used, again.key_used) == (1, False)


@pytest.mark.dynamodb
def test_later_grants_remove_old_counts_and_keys(counters_table: Table, accounts_table: Table) -> None:
    bind(AllowanceItem, counters_table)(allowance_key("acc-1"), periods=[period(days=90)]).save()
    port = DynamoAllowances(counters_table, accounts_table)
    for days in range(20):
        assert grant(port, f"key-{days}", NOW + timedelta(days=days)) is None
    item = get_item(counters_table, {"pk": {"S": allowance_key("acc-1")}})
    assert item is not None
    today = day_at(NOW + timedelta(days=19), ZONE).number
    assert {name for name in item if name[0] in "dk" and name[1:].isdigit()} == {
        count_attribute(today),
        keys_attribute(today),
        keys_attribute(today - 1),
    }
