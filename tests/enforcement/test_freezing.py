"""A member's account is frozen: nobody signs in until ownership is proved (U-II.II.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.events import AccountFrozenByMember
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountFrozen, AccountStatus, WrongCode, WrongCredentials
from allmytracks.enforcement.dynamodb_standings import DynamoStandings
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.rules_standings import CannotBeFrozen, NotFrozen
from allmytracks.enforcement.use_cases.freeze_account import AskFreezeCode, FreezeAccount
from allmytracks.foundation.system_time_and_ids import RandomIds
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.factories.sign_up_world import HOME, PASSWORD, World
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.enforcement import MemoryStandings

EMAIL = "ada@example.org"


class Member:
    """A member with a session."""

    def __init__(self) -> None:
        self.world = world = World()
        self.id = world.member()
        self.caller, self.token = world.session()
        world.clock.advance(seconds=1)
        self.standings = MemoryStandings(world.accounts)
        self.ask = AskFreezeCode(world.accounts, world.codes, world.mailer, world.throttle, world.clock, RandomIds())
        self._freeze = FreezeAccount(
            accounts=world.accounts,
            standings=self.standings,
            identity=world.identity,
            codes=world.codes,
            events=world.events,
            throttle=world.throttle,
            clock=world.clock,
        )

    def freeze(self, code: str | None = None) -> None:
        self._freeze(self.id, self.caller.user_name, code)


@pytest.fixture
def member() -> Member:
    return Member()


@pytest.mark.clause("U-II.II.2")
def test_freezing_ends_every_session_and_nobody_signs_in(member: Member) -> None:
    member.freeze()
    member.freeze()
    with pytest.raises(WrongCredentials):
        member.world.refresh(member.token)
    with pytest.raises(AccountFrozen):
        member.world.sign_in(EMAIL, PASSWORD, HOME)
    events = member.world.events.published
    assert {type(each) for each in events} == {AccountFrozenByMember}
    assert len(set(events)) == 1  # a repetition tells of the same freeze


@pytest.mark.clause("U-II.II.2")
def test_the_sessions_of_before_stay_ended_when_the_account_opens_again(member: Member) -> None:
    member.freeze()
    member.standings.unfreeze(member.id, NOW)
    with pytest.raises(WrongCredentials):
        member.world.refresh(member.token)
    assert member.world.sign_in(EMAIL, PASSWORD, HOME)


def test_a_code_stands_in_for_a_recent_sign_in(member: Member) -> None:
    member.ask(member.id)
    code = member.world.code()
    with pytest.raises(WrongCode):
        member.freeze("000000" if code != "000000" else "111111")
    member.freeze(code)
    assert member.world.accounts.get(member.id).status is AccountStatus.FROZEN


def test_a_code_of_another_purpose_freezes_nothing(member: Member) -> None:
    member.world.ask_password_reset(EMAIL)
    with pytest.raises(WrongCode):
        member.freeze(member.world.code())


@dataclass
class Office:
    """Accounts and their standings."""

    accounts: Accounts
    standings: Standings


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        accounts = MemoryAccounts()
        made = Office(accounts, MemoryStandings(accounts))
    else:
        table, counters = (request.getfixturevalue(each) for each in ("accounts_table", "counters_table"))
        made = Office(DynamoAccounts(table), DynamoStandings(counters, table))
    made.accounts.add(replace(account(), id="acc"), [])
    return made


@pytest.mark.clause("U-II.II.2")
def test_freezing_and_opening_again_keep_one_contract(office: Office) -> None:
    with pytest.raises(NotFrozen):
        office.standings.unfreeze("acc", NOW)
    assert office.standings.freeze("acc", NOW) == NOW
    assert office.standings.freeze("acc", NOW + timedelta(hours=1)) == NOW
    frozen = office.accounts.get("acc")
    assert (frozen.status, frozen.sessions_from, frozen.sessions_ended_by) == (AccountStatus.FROZEN, NOW, "frozen")
    for again in range(2):
        assert office.standings.unfreeze("acc", NOW + timedelta(hours=again)) == NOW, "a repetition is the same act"
        assert office.accounts.get("acc").status is AccountStatus.ACTIVE
    office.standings.ban("acc", NOW)
    with pytest.raises(NotFrozen):
        office.standings.unfreeze("acc", NOW)
    with pytest.raises(CannotBeFrozen):
        office.standings.freeze("acc", NOW)
