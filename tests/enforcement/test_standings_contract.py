"""Cases, restrictions, bans and anti-fraud's memory: in DynamoDB and in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import boto3
import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import Account, AccountKind, AccountNotFound, AccountStatus
from allmytracks.accounts.rules_states import TRANSITIONS, Restriction, StateConflict, StateEvent
from allmytracks.enforcement.dynamodb_cases import DynamoCases
from allmytracks.enforcement.dynamodb_standings import DynamoStandings
from allmytracks.enforcement.dynamodb_watch_records import DynamoWatchRecords
from allmytracks.enforcement.ports_cases import Cases
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.ports_watch_records import WatchRecords
from allmytracks.enforcement.rules_cases import (
    Case,
    CaseClosed,
    CaseNotFound,
    CaseStatus,
    Decision,
    new_case,
)
from allmytracks.enforcement.rules_sightings import Sighting, Watched
from allmytracks.enforcement.rules_standings import CannotBeBanned, CannotBeFrozen, NotBanned, NotFrozen
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import InvalidFields
from tests.factories.catalogue import NOW, later
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.enforcement import MemoryCases, MemoryStandings, MemoryWatchRecords

STORES = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
DECISION = Decision("unfounded", "cleared", "arn:aws:iam::123456789012:user/ada", later(9))


@pytest.fixture(params=STORES)
def cases(request: pytest.FixtureRequest) -> Cases:
    return MemoryCases() if request.param == "memory" else DynamoCases(request.getfixturevalue("accounts_table"))


@pytest.fixture(params=STORES)
def records(request: pytest.FixtureRequest) -> WatchRecords:
    if request.param == "memory":
        return MemoryWatchRecords()
    return DynamoWatchRecords(request.getfixturevalue("counters_table"))


@dataclass
class Office:
    """Standings with the accounts that they move, and the counters table where there is one."""

    standings: Standings
    accounts: Accounts
    counters: Table | None = None

    def allowance(self, account_id: str) -> str | None:
        """The standing that a grant's condition reads."""
        if isinstance(self.standings, MemoryStandings):
            return self.standings.standings.get(account_id)
        assert self.counters is not None
        client = boto3.client("dynamodb", endpoint_url=self.counters.endpoint)
        item = client.get_item(TableName=self.counters.name, Key={"pk": {"S": f"ALLOWANCE#{account_id}"}})
        client.close()
        return str(item["Item"]["standing"]["S"]) if "Item" in item else None


@pytest.fixture(params=STORES)
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        accounts = MemoryAccounts()
        return Office(MemoryStandings(accounts), accounts)
    counters, table = request.getfixturevalue("counters_table"), request.getfixturevalue("accounts_table")
    return Office(DynamoStandings(counters, table), DynamoAccounts(table), counters)


def account(status: AccountStatus = AccountStatus.ACTIVE) -> Account:
    return Account("acc", "mia@example.com", status, AccountKind.INDIVIDUAL, None, "HK", minor=False, created_at=NOW)


def test_a_case_is_opened_once_for_account_kind_and_day(cases: Cases) -> None:
    case = new_case("acc", "many_networks", NOW, {"seen": 8})
    cases.open(case)
    cases.open(new_case("acc", "many_networks", later(5), {"seen": 9}))
    cases.open(new_case("acc", "many_networks", later(24 * 60), {"seen": 8}))
    cases.open(new_case("other", "many_networks", NOW, {"seen": 8}))
    assert cases.get(case.id) == replace(case, evidence={"seen": 9})
    assert len(cases.page(CaseStatus.OPEN, limit=10, cursor=None).items) == 3
    with pytest.raises(CaseNotFound):
        cases.get("case_none")


def test_a_decided_case_stays_as_it_is(cases: Cases) -> None:
    case = new_case("acc", "many_networks", NOW, {"seen": 8})
    with pytest.raises(CaseNotFound):
        cases.close(case.id, DECISION)
    cases.open(case)
    closed = cases.close(case.id, DECISION)
    assert closed == replace(case, decision=DECISION)
    cases.open(replace(case, evidence={"seen": 12}))
    assert cases.close(case.id, replace(DECISION, at=later(20))) == closed
    with pytest.raises(CaseClosed):
        cases.close(case.id, replace(DECISION, outcome="founded"))
    assert cases.get(case.id) == closed
    assert cases.page(CaseStatus.OPEN, limit=10, cursor=None).items == []
    assert cases.page(CaseStatus.CLOSED, limit=10, cursor=None).items == [closed]


def test_cases_are_listed_newest_first_over_pages(cases: Cases) -> None:
    made = [new_case(f"acc-{n}", "many_links", later(n), {"seen": n}) for n in range(5)]
    for case in made:
        cases.open(case)
    found: list[Case] = []
    cursor = None
    while True:
        page = cases.page(CaseStatus.OPEN, limit=2, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == made[::-1]
    with pytest.raises(InvalidFields):
        cases.page(CaseStatus.OPEN, limit=2, cursor="nothing of ours")


@pytest.mark.clause("M-III.5.fraud")
def test_a_rules_restriction_never_shortens_and_is_the_same_when_repeated(office: Office) -> None:
    standings = office.standings
    assert standings.restriction("acc") is None
    first = Restriction("scripted_client", later(60))
    for _ in range(2):
        assert standings.restrict_by_rule("acc", first, seen_at=NOW)
    assert not standings.restrict_by_rule("acc", Restriction("many_links", later(50)), seen_at=NOW)
    assert standings.restriction("acc") == first
    assert standings.restrict_by_rule("acc", Restriction("many_links", later(90)), seen_at=later(1))
    standings.restrict("acc", Restriction("fraud", later(10)))
    assert standings.restriction("acc") == Restriction("fraud", later(10))


@pytest.mark.clause("M-III.5.fraud")
def test_what_was_seen_before_a_lift_restricts_no_more(office: Office) -> None:
    standings = office.standings
    restriction = Restriction("scripted_client", later(60))
    standings.restrict_by_rule("acc", restriction, seen_at=NOW)
    standings.lift("acc", later(5))
    assert standings.restriction("acc") is None
    assert not standings.restrict_by_rule("acc", restriction, seen_at=NOW)
    assert standings.restriction("acc") is None
    assert standings.restrict_by_rule("acc", restriction, seen_at=later(6))


def test_a_measure_that_changes_nothing_keeps_the_instant_of_the_same_one_before(office: Office) -> None:
    office.accounts.add(account(AccountStatus.ACTIVE), [])
    told = [("restrict", 0, False), ("restrict", 1, True), ("lift", 2, True), ("lift", 3, True), ("lift", 4, False)]
    at = [office.standings.measured("acc", name, later(minute), again=again) for name, minute, again in told]
    assert at == [later(0), later(0), later(2), later(2), later(4)]


@pytest.mark.clause("M-III.5.revoke")
@pytest.mark.parametrize("status", [AccountStatus.ACTIVE, AccountStatus.AWAITING_GUARDIAN, AccountStatus.FROZEN])
def test_a_ban_moves_account_and_allowance_and_its_end_gives_back_what_was(
    office: Office, status: AccountStatus
) -> None:
    office.accounts.add(account(status), [])
    with pytest.raises(NotBanned):
        office.standings.unban("acc", NOW)
    for again in range(2):
        assert office.standings.ban("acc", later(again)) == NOW
        assert office.accounts.get("acc").status is AccountStatus.BANNED
        assert office.allowance("acc") == "banned"
    for again in (5, 6):
        assert office.standings.unban("acc", later(again)) == later(5), "a repetition is the same act"
        assert office.accounts.get("acc").status is status
        assert office.allowance("acc") == status.value
    assert office.standings.ban("acc", later(9)) == later(9)


def test_who_is_closed_or_unknown_cannot_be_banned(office: Office) -> None:
    office.accounts.add(account(AccountStatus.CLOSED), [])
    with pytest.raises(CannotBeBanned):
        office.standings.ban("acc", NOW)
    with pytest.raises(AccountNotFound):
        office.standings.ban("nobody", NOW)
    assert office.allowance("nobody") is None


REFUSALS = (StateConflict, CannotBeBanned, CannotBeFrozen, NotBanned, NotFrozen)


def happens(office: Office, event: StateEvent) -> None:
    """An event, by the method that it has."""
    standings = office.standings
    with_an_instant = {
        StateEvent.BAN: standings.ban,
        StateEvent.FREEZE: standings.freeze,
        StateEvent.UNBAN: standings.unban,
        StateEvent.UNFREEZE: standings.unfreeze,
    }
    if event in with_an_instant:
        with_an_instant[event]("acc", NOW)
    else:
        standings.move("acc", event)


@pytest.mark.clause("S-6.1.close")
@pytest.mark.clause("U-III.III.3")
@pytest.mark.parametrize("status", AccountStatus)
@pytest.mark.parametrize("event", StateEvent)
def test_every_event_in_every_state_goes_as_the_table_says(
    office: Office, event: StateEvent, status: AccountStatus
) -> None:
    """Also while the account is `closing`: neither ban nor freeze nor suspension can then happen to it."""
    office.accounts.add(account(status), [])
    transition = TRANSITIONS[event]
    repeated = (event, status) in {
        (StateEvent.BAN, AccountStatus.BANNED),
        (StateEvent.FREEZE, AccountStatus.FROZEN),
    }
    if status in transition.since:
        happens(office, event)
        # No state before is on record of an account made so; it then is active again.
        assert office.accounts.get("acc").status is (transition.to or AccountStatus.ACTIVE)
    elif repeated:
        happens(office, event)
        assert office.accounts.get("acc").status is status
    else:
        with pytest.raises(REFUSALS):
            happens(office, event)
        assert office.accounts.get("acc").status is status
        assert office.allowance("acc") is None


def seen(number: int) -> Sighting:
    at = NOW + timedelta(seconds=number, milliseconds=7)
    return Sighting(f"dl_{number}", at, is_link=False, network="192.0.2.0/24", device=None, by_tool=True)


def test_sightings_are_read_back_and_an_old_revision_is_not_stored(records: WatchRecords) -> None:
    assert records.get("acc") == Watched()
    first = Watched((seen(1), seen(2)), NOW)
    assert records.put("acc", first, NOW)
    assert records.get("acc") == replace(first, revision=1)
    assert not records.put("acc", first, NOW)
    assert records.put("acc", replace(first, judged_until=None, revision=1), NOW)
    assert records.get("acc") == replace(first, judged_until=None, revision=2)
    assert records.get("other") == Watched()


@pytest.mark.dynamodb
def test_of_many_writers_at_once_each_revision_has_one(counters_table: Table) -> None:
    records = DynamoWatchRecords(counters_table)

    def remember(number: int) -> None:
        while True:
            now = records.get("acc")
            if records.put("acc", replace(now, sightings=(*now.sightings, seen(number))), NOW):
                return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(remember, range(40)))
    kept = records.get("acc")
    assert {each.id for each in kept.sightings} == {f"dl_{n}" for n in range(40)}
    assert kept.revision == 40
