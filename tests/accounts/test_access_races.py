"""Acts on one account at the same moment, on the real DynamoDB Local: each ends as if they came one after another."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from allmytracks.accounts.rules import AccountFrozen, AccountStatus, WrongCode
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.use_cases.change_password import Caller
from allmytracks.enforcement.rules_standings import MeasureKind, NotFrozen
from allmytracks.enforcement.use_cases.take_measure import Measure
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import DomainError, Unauthenticated, Unavailable
from allmytracks.payments.events import AccountUnfrozen
from tests.factories.access_desk import PASSWORD, AccessDesk

pytestmark = pytest.mark.dynamodb
THREADS = 12
EMAIL = "ada@example.org"
ADA = Operator("arn:ada", "192.0.2.7")


@pytest.fixture
def desk(accounts_table: Table, counters_table: Table) -> AccessDesk:
    return AccessDesk(accounts_table, counters_table)


def at_once(acts: list[Callable[[], object]], *refusals: type[DomainError]) -> list[bool]:
    """Does all at once, each again where another was faster; returns which succeeded."""

    def patiently(act: Callable[[], object]) -> bool:
        for _ in range(50):
            try:
                act()
            except Unavailable:
                continue
            except refusals:
                return False
            return True
        pytest.fail("it never ended")

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(patiently, acts))


@pytest.mark.clause("U-II.II.2")
def test_freezing_and_opening_again_at_once_never_opens_a_session_of_before(desk: AccessDesk) -> None:
    account_id, user_name = desk.member(EMAIL)
    opened = Measure(MeasureKind.UNFREEZE, account_id, Reason.CLEARED)

    def freeze() -> None:
        desk.freeze(account_id, user_name, None)

    def unfreeze() -> None:
        desk.measure(opened, ADA)

    at_once([freeze, unfreeze] * 12, NotFrozen, AccountFrozen)
    account = desk.accounts.get(account_id)
    assert account.status in {AccountStatus.FROZEN, AccountStatus.ACTIVE}
    assert account.sessions_ended_by == "frozen"
    assert desk.users.users[user_name].refresh_tokens == {}
    at_once([freeze])
    desk.bus.published.clear()
    assert all(at_once([unfreeze] * 12)), "each of them opened it, or finds it open"
    assert desk.accounts.get(account_id).status is AccountStatus.ACTIVE
    assert [type(each) for each in set(desk.bus.published)] == [AccountUnfrozen], "one event, one notice"


def test_of_resets_by_one_code_at_once_the_password_of_one_holds(desk: AccessDesk) -> None:
    _, user_name = desk.member(EMAIL)
    desk.ask_reset(EMAIL)
    code = desk.last_code(EMAIL)
    words = [f"{PASSWORD} {number}" for number in range(12)]
    done = at_once([functools.partial(desk.reset, EMAIL, code, word) for word in words], WrongCode)
    set_by = [word for word, succeeded in zip(words, done, strict=True) if succeeded]
    assert set_by, "one of them at least"
    assert next(word for word in (PASSWORD, *words) if desk.signs_in(user_name, word)) in set_by
    assert at_once([lambda: desk.reset(EMAIL, code, PASSWORD)], WrongCode) == [False], "the code is used up"


@pytest.mark.clause("U-II.III.2.3")
def test_a_change_of_password_and_ended_sessions_at_once_leave_no_other_session(desk: AccessDesk) -> None:
    account_id, user_name = desk.member(EMAIL)
    mine = f"session of {EMAIL}"
    caller = Caller(account_id, user_name, mine)
    changes = [lambda: desk.change(caller, PASSWORD, f"{PASSWORD} 2")] * 6
    ends = [lambda: desk.end_sessions.others(account_id, mine)] * 6
    at_once([*changes, *ends], Unauthenticated)
    account = desk.accounts.get(account_id)
    assert account.kept_session == mine
    assert account.sessions_ended_by in {"password_changed", "signed_out"}
    assert desk.signs_in(user_name, f"{PASSWORD} 2")


def test_codes_sent_again_while_one_is_entered_lose_no_account(desk: AccessDesk) -> None:
    desk.sign_up(desk.request(EMAIL))
    code = desk.last_code(EMAIL)
    again = [lambda: desk.send_code_again(EMAIL)] * 11
    at_once([*again[:5], lambda: desk.verify(EMAIL, code, PASSWORD), *again[5:]], WrongCode)
    if desk.addresses.get(EMAIL, desk.clock.now()).owner is None:
        desk.send_code_again(EMAIL)  # a later code had replaced the one that was entered
        desk.verify(EMAIL, desk.last_code(EMAIL), PASSWORD)
    owner = desk.addresses.get(EMAIL, desk.clock.now()).owner
    assert owner is not None
    assert desk.accounts.get(owner.account_id).status is AccountStatus.ACTIVE
    desk.send_code_again(EMAIL)
    assert desk.addresses.get(EMAIL, desk.clock.now()).owner == owner
