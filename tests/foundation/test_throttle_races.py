"""Many processes at once on one client's counters, on the real DynamoDB: exactly the limit passes (U-II.IV.7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from allmytracks.accounts.rules import WrongCredentials
from allmytracks.accounts.use_cases.sign_in import SignIn
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.throttling.dynamodb import DynamoClientCounters
from allmytracks.foundation.throttling.rules import (
    SEARCH,
    SIGN_IN,
    SIGN_IN_FAILURES,
    Limit,
    TooManyRequests,
    client_at,
    subject_of,
    window_at,
)
from allmytracks.foundation.throttling.use_cases import Throttle
from tests.factories.instants import NOW
from tests.factories.risky_sign_ins import risk_check
from tests.factories.sign_up_world import HOME
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses, MemoryIdentity, MemorySessions, proved_member
from tests.fakes.foundation import FixedClock

THREADS = 64
CLIENT = client_at("192.0.2.7")
EMAIL, PASSWORD = "ada@example.org", "Correct4horse battery"
pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-II.IV.7")]


@pytest.fixture
def counters(counters_table: Table) -> DynamoClientCounters:
    return DynamoClientCounters(counters_table)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def processes(counters: DynamoClientCounters, clock: FixedClock) -> list[Throttle]:
    """As Lambda runs them: each has a memory of its own, and they share the counters alone."""
    return [Throttle(lambda: counters, clock) for _ in range(THREADS)]


def passed(processes: list[Throttle], limit: Limit, requests: int) -> int:
    def ask(throttle: Throttle) -> int:
        through = 0
        for _ in range(requests // THREADS):
            try:
                throttle.count(limit, CLIENT)
            except TooManyRequests:
                continue
            through += 1
        return through

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(ask, processes))


def test_exactly_the_limit_passes(processes: list[Throttle], clock: FixedClock) -> None:
    assert passed(processes, SIGN_IN, 4 * THREADS) == SIGN_IN.requests
    clock.at = window_at(SIGN_IN, CLIENT, NOW).ends_at
    assert passed(processes, SIGN_IN, 4 * THREADS) == SIGN_IN.requests
    clock.at -= timedelta(microseconds=1)
    assert passed(processes, SIGN_IN, THREADS) == 0


def test_a_limit_in_batches_is_exceeded_by_what_each_process_may_keep_to_itself_at_most(
    processes: list[Throttle],
) -> None:
    few = processes[:4]
    with ThreadPoolExecutor(len(few)) as threads:
        through = sum(threads.map(lambda throttle: passed_by(throttle, 100), few))
    assert SEARCH.requests <= through <= SEARCH.requests + len(few) * (SEARCH.batch - 1)


def passed_by(throttle: Throttle, requests: int) -> int:
    for through in range(requests):
        try:
            throttle.count(SEARCH, CLIENT)
        except TooManyRequests:
            return through
    return requests


def signing_in(
    identity: MemoryIdentity, accounts: MemoryAccounts, addresses: MemoryAddresses, throttle: Throttle
) -> SignIn:
    sessions, clock = MemorySessions(accounts), FixedClock(NOW)
    return SignIn(identity, accounts, addresses, sessions, risk_check(sessions, throttle, clock), throttle, clock)


def test_however_many_guess_at_once_no_more_than_the_limit_reach_the_password(processes: list[Throttle]) -> None:
    identity, accounts = MemoryIdentity(), MemoryAccounts()
    addresses = MemoryAddresses(accounts)
    proved_member(identity, accounts, addresses, EMAIL, PASSWORD)

    def guess(throttle: Throttle) -> type[Exception]:
        with pytest.raises((WrongCredentials, TooManyRequests)) as refused:
            signing_in(identity, accounts, addresses, throttle)(EMAIL, "Wrong4horse battery", HOME)
        return refused.type

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(guess, processes))
    assert answers.count(WrongCredentials) == SIGN_IN_FAILURES.requests
    assert answers.count(TooManyRequests) == THREADS - SIGN_IN_FAILURES.requests


def test_right_passwords_at_once_leave_nothing_counted(
    processes: list[Throttle], counters: DynamoClientCounters
) -> None:
    identity, accounts = MemoryIdentity(), MemoryAccounts()
    addresses = MemoryAddresses(accounts)
    proved_member(identity, accounts, addresses, EMAIL, PASSWORD)

    def sign_in(throttle: Throttle) -> bool:
        try:
            signing_in(identity, accounts, addresses, throttle)(EMAIL, PASSWORD, HOME)
        except TooManyRequests:
            return False  # more at once than the limit: each is counted until its password proved right
        return True

    with ThreadPoolExecutor(THREADS) as threads:
        assert any(threads.map(sign_in, processes))
    window = window_at(SIGN_IN_FAILURES, subject_of(f"{CLIENT} {EMAIL}"), NOW)
    assert counters.take(window, SIGN_IN_FAILURES.requests) == SIGN_IN_FAILURES.requests
