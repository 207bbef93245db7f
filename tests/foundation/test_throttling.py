"""Limits by client: what they count, what passes, what a refusal says, and what happens without the counters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from allmytracks import wiring
from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.rules import WrongCode, WrongCredentials
from allmytracks.accounts.use_cases.sign_in import SignIn
from allmytracks.accounts.use_cases.verify_account import VerifyAccount
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.rules import (
    ADDRESS_FAILURES,
    CODE_TRIES,
    SEARCH,
    SIGN_IN,
    SIGN_IN_FAILURES,
    Limit,
    TooManyRequests,
    Window,
    client_at,
    subject_of,
    window_at,
)
from allmytracks.foundation.throttling.use_cases import Throttle
from tests.factories.instants import NOW
from tests.factories.risky_sign_ins import risk_check
from tests.factories.sign_up_world import HOME, client_of
from tests.fakes.accounts import (
    MemoryAccounts,
    MemoryAddresses,
    MemoryDeadlines,
    MemoryEmbargoes,
    MemoryIdentity,
    MemorySessions,
    proved_member,
)
from tests.fakes.foundation import FixedClock, MemoryClientCounters

EVENTS = Path(__file__).parents[2] / "events"
EMAIL, PASSWORD = "ada@example.org", "Correct4horse battery"
LIMIT = Limit("tries", 3, 60)
pytestmark = pytest.mark.clause("U-II.IV.7")

CLIENT = client_at("192.0.2.7")


@dataclass
class Counted(MemoryClientCounters):
    """Counts its calls; unavailable while `down`."""

    asked: int = 0
    down: bool = False

    def take(self, window: Window, requests: int) -> int | None:
        self.asked += 1
        if self.down:
            raise Unavailable
        return super().take(window, requests)

    def give_back(self, window: Window) -> None:
        if self.down:
            raise Unavailable
        super().give_back(window)


@pytest.fixture
def counters() -> Counted:
    return Counted()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def throttle(counters: Counted, clock: FixedClock) -> Throttle:
    return Throttle(lambda: counters, clock)


def test_a_client_is_an_ipv4_address_or_a_customers_ipv6_network() -> None:
    assert client_at("192.0.2.7") == client_at("192.0.2.7") != client_at("192.0.2.8")
    assert client_at("2001:db8:1:2::1") == client_at("2001:db8:1:2:ffff::9") != client_at("2001:db8:1:3::1")
    assert client_at("::ffff:192.0.2.7") == client_at("192.0.2.7") != client_at("::ffff:192.0.2.8")


def test_a_subject_does_not_show_the_address() -> None:
    assert "192.0" not in client_at("192.0.2.7")
    assert "ada" not in subject_of(EMAIL)
    assert len(subject_of(EMAIL)) == 32


def test_windows_follow_each_other_without_a_gap() -> None:
    window = window_at(LIMIT, "one", NOW)
    assert window.ends_at - timedelta(seconds=60) <= NOW < window.ends_at
    assert window_at(LIMIT, "one", window.ends_at - timedelta(microseconds=1)) == window
    assert window_at(LIMIT, "one", window.ends_at).number == window.number + 1


def test_the_limit_passes_and_one_more_is_refused_with_retry_after(throttle: Throttle, clock: FixedClock) -> None:
    assert [throttle.count(LIMIT, "one").remaining for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooManyRequests) as refused:
        throttle.count(LIMIT, "one")
    assert refused.value.until == window_at(LIMIT, "one", NOW).ends_at
    throttle.count(LIMIT, "another")
    clock.at = refused.value.until
    assert throttle.count(LIMIT, "one").used == 1


def test_repeated_refusals_cost_no_write(throttle: Throttle, counters: Counted) -> None:
    for _ in range(20):
        try:
            throttle.count(LIMIT, "one")
        except TooManyRequests:
            continue
    assert counters.asked == LIMIT.requests + 1


def test_a_returnable_limit_that_was_full_has_room_again(throttle: Throttle) -> None:
    limit = Limit("tries", 2, 60, returnable=True)
    rates = [throttle.count(limit, "one") for _ in range(2)]
    with pytest.raises(TooManyRequests):
        throttle.count(limit, "one")
    throttle.give_back(rates[0])
    assert throttle.count(limit, "one").used == 2


def test_of_a_limit_in_batches_few_requests_are_written(throttle: Throttle, counters: Counted) -> None:
    used = [throttle.count(SEARCH, "one").used for _ in range(SEARCH.requests)]
    assert used == list(range(1, SEARCH.requests + 1))
    assert counters.asked == SEARCH.requests // SEARCH.batch
    for _ in range(SEARCH.batch - 1):
        with pytest.raises(TooManyRequests):
            throttle.count(SEARCH, "one")
    assert counters.asked == SEARCH.requests // SEARCH.batch


def test_without_the_counters_a_search_passes_and_a_sign_in_waits(throttle: Throttle, counters: Counted) -> None:
    counters.down = True
    for _ in range(3 * SEARCH.batch):
        throttle.count(SEARCH, "one")
    assert counters.asked == 3  # not with every search
    with pytest.raises(Unavailable):
        throttle.count(SIGN_IN, "one")


def test_what_a_process_remembers_is_bounded(throttle: Throttle, counters: Counted) -> None:
    for number in range(10_001):
        throttle.count(SEARCH, str(number))
    assert len(throttle._unwritten) == 1
    assert counters.asked == 0


def test_no_limit_applies_where_throttling_is_off(clock: FixedClock) -> None:
    throttle = Throttle(UncountedClients, clock)
    for _ in range(100):
        throttle.give_back(throttle.count(LIMIT, "one"))


@pytest.mark.parametrize(("value", "on"), [("on", True), ("off", False)])
def test_the_switch_is_on_or_off(value: str, on: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert Settings({"THROTTLING": value}).throttling is on


def test_a_switch_that_is_neither_is_a_defect() -> None:
    with pytest.raises(ValueError, match="'no'"):
        _ = Settings({"THROTTLING": "no"}).throttling


def test_the_switch_decides_which_counters_are_used() -> None:
    for value, kind in (("on", "DynamoClientCounters"), ("off", "UncountedClients")):
        services = wiring.Services(Settings({"THROTTLING": value, "COUNTERS_TABLE": "counters"}))
        assert type(services.foundation.throttle.counters).__name__ == kind


# Signing in.


class Members:
    """One member, and the use cases that take a password or a code."""

    def __init__(self, identity: MemoryIdentity, throttle: Throttle, clock: FixedClock) -> None:
        self.identity, self.accounts = identity, MemoryAccounts()
        self.addresses = MemoryAddresses(self.accounts)
        self.account_id = proved_member(self.identity, self.accounts, self.addresses, EMAIL, PASSWORD)
        sessions = MemorySessions(self.accounts)
        check = risk_check(sessions, throttle, clock)
        self.sign_in = SignIn(self.identity, self.accounts, self.addresses, sessions, check, throttle, clock)
        self.verify = VerifyAccount(
            self.identity,
            self.accounts,
            self.addresses,
            MemoryEmbargoes(self.addresses),
            MemoryDeadlines(),
            throttle,
            clock,
        )


@pytest.fixture
def members(throttle: Throttle, clock: FixedClock) -> Members:
    return Members(MemoryIdentity(), throttle, clock)


class Down(MemoryIdentity):
    """Unavailable."""

    def sign_in(self, user_name: str, password: str) -> Tokens:
        raise Unavailable(f"{len(user_name + password)} characters were lost.")


def test_failures_close_an_address_until_the_window_ends(members: Members, clock: FixedClock) -> None:
    for _ in range(SIGN_IN_FAILURES.requests):
        with pytest.raises(WrongCredentials):
            members.sign_in(f" {EMAIL.upper()}", "wrong", HOME)
    with pytest.raises(TooManyRequests) as refused:
        members.sign_in(EMAIL, PASSWORD, HOME)
    clock.at = refused.value.until
    assert members.sign_in(EMAIL, PASSWORD, HOME).account_id == members.account_id


def test_a_strangers_guesses_do_not_lock_out_the_owner(members: Members) -> None:
    for number in range(3 * ADDRESS_FAILURES.requests):
        with pytest.raises((WrongCredentials, TooManyRequests)):
            members.sign_in(EMAIL, "wrong", client_of(f"198.51.100.{number % 250}"))
    assert members.sign_in(EMAIL, PASSWORD, HOME).account_id == members.account_id


def test_of_many_clients_that_guess_at_one_address_each_has_one_guess(members: Members) -> None:
    def guesses(network: str) -> int:
        """How many guesses of one client reach the password."""
        for made in range(SIGN_IN_FAILURES.requests + 1):
            try:
                members.sign_in(EMAIL, "wrong", client_of(network))
            except WrongCredentials:
                continue
            except TooManyRequests:
                return made
        raise AssertionError("nothing stopped it")

    clients = ADDRESS_FAILURES.requests // SIGN_IN_FAILURES.requests
    assert [guesses(f"198.51.100.{each}") for each in range(clients)] == [SIGN_IN_FAILURES.requests] * clients
    assert [guesses(f"203.0.113.{each}") for each in range(5)] == [1] * 5


def test_right_passwords_are_no_failures(members: Members) -> None:
    for _ in range(3 * SIGN_IN_FAILURES.requests):
        members.sign_in(EMAIL, PASSWORD, HOME)


def test_an_unknown_address_is_limited_alike(members: Members) -> None:
    for _ in range(SIGN_IN_FAILURES.requests):
        with pytest.raises(WrongCredentials):
            members.sign_in("nobody@example.org", "wrong", HOME)
    with pytest.raises(TooManyRequests):
        members.sign_in("nobody@example.org", "wrong", HOME)


def test_a_failure_to_ask_about_the_password_is_not_counted(
    throttle: Throttle, counters: Counted, clock: FixedClock
) -> None:
    members = Members(Down(), throttle, clock)
    for _ in range(SIGN_IN_FAILURES.requests + 1):
        with pytest.raises(Unavailable):
            members.sign_in(EMAIL, PASSWORD, HOME)
    assert set(counters.used.values()) == {0}


def test_a_sign_in_succeeds_though_its_count_cannot_be_given_back(
    throttle: Throttle, counters: Counted, clock: FixedClock
) -> None:
    class ThenSilent(MemoryIdentity):
        def sign_in(self, user_name: str, password: str) -> Tokens:
            counters.down = True
            return super().sign_in(user_name, password)

    assert Members(ThenSilent(), throttle, clock).sign_in(EMAIL, PASSWORD, HOME).access_token
    assert set(counters.used.values()) == {1}


def test_guesses_of_codes_are_limited(members: Members) -> None:
    for _ in range(CODE_TRIES.requests):
        with pytest.raises(WrongCode):
            members.verify("new@example.org", "wrong")
    with pytest.raises(TooManyRequests):
        members.verify("new@example.org", "123456")
