"""Requests for acts that need two operators: stored alike in memory and in DynamoDB, each decided once (P-security)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.foundation.approvals.dynamodb import DynamoApprovals
from allmytracks.foundation.approvals.ports import Approvals
from allmytracks.foundation.approvals.rules import (
    HOLDS,
    WAITS,
    AlreadyDecided,
    Approval,
    ApprovalNotFound,
    ApprovalStatus,
    Asked,
    SameOperator,
    requested,
)
from allmytracks.foundation.approvals.use_cases import TwoOperators
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from tests.factories.instants import NOW
from tests.fakes.foundation import CountedIds, FixedClock, MemoryApprovals, MemoryAuditLog

ADA, BEN, CY = (Operator(f"arn:aws:iam::123456789012:user/{name}", "192.0.2.1") for name in ("ada", "ben", "cy"))
BAN = Asked("account_ban", "acc-1", "POST", "/accounts/acc-1/measures", '{"measure":"ban"}')


@pytest.fixture(params=["memory", "dynamodb"])
def approvals(request: pytest.FixtureRequest) -> Approvals:
    if request.param == "memory":
        return MemoryApprovals()
    return DynamoApprovals(request.getfixturevalue("accounts_table"))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def log() -> MemoryAuditLog:
    return MemoryAuditLog()


@pytest.fixture
def two(approvals: Approvals, clock: FixedClock, log: MemoryAuditLog) -> TwoOperators:
    return TwoOperators(approvals, Audit(log, clock, CountedIds()), clock, required=True)


def asked(number: int, at: datetime = NOW) -> Approval:
    return requested(replace(BAN, subject=f"acc-{number}", body=f"{number}"), ADA.arn, at)


def test_a_request_is_stored_where_nothing_changed_meanwhile(approvals: Approvals) -> None:
    first = asked(1)
    assert approvals.get(first.id) is None
    assert approvals.put(first, after=None)
    assert approvals.put(first, after=None)  # its own repetition
    assert approvals.get(first.id) == first
    decided = first.decided(ApprovalStatus.APPROVED, BEN.arn, NOW)
    assert approvals.put(decided, after=first)
    assert not approvals.put(first.decided(ApprovalStatus.REFUSED, CY.arn, NOW), after=first)
    assert approvals.get(first.id) == decided


def test_requests_that_wait_are_listed_oldest_first_page_by_page(approvals: Approvals) -> None:
    waiting = [asked(number, NOW + timedelta(minutes=number)) for number in range(5)]
    for each in waiting[::-1]:
        approvals.put(each, after=None)
    approvals.put(waiting[1].decided(ApprovalStatus.REFUSED, BEN.arn, NOW), after=waiting[1])
    first = approvals.waiting(limit=3, cursor=None)
    rest = approvals.waiting(limit=3, cursor=first.next_cursor)
    assert [*first.items, *rest.items] == [waiting[0], *waiting[2:]]
    assert rest.next_cursor is None


@pytest.mark.clause("P-security")
def test_an_act_waits_until_another_operator_approves_it(
    two: TwoOperators, clock: FixedClock, log: MemoryAuditLog
) -> None:
    waits = two.awaited(BAN, ADA)
    assert waits is not None
    assert two.awaited(BAN, ADA) == two.awaited(BAN, BEN) == waits  # also if another operator sends it again
    with pytest.raises(SameOperator):
        two.decide(waits.id, ApprovalStatus.APPROVED, ADA)
    for _ in range(2):
        two.decide(waits.id, ApprovalStatus.APPROVED, BEN)
    assert two.awaited(BAN, ADA) is two.awaited(BAN, BEN) is None
    assert two.awaited(replace(BAN, body='{"measure":"ban","reason":"other"}'), ADA) is not None
    with pytest.raises(AlreadyDecided):
        two.decide(waits.id, ApprovalStatus.REFUSED, CY)
    clock.at += HOLDS
    again = two.awaited(BAN, ADA)
    assert again is not None
    assert again.status is ApprovalStatus.WAITING
    names = [(act.name, act.operator) for act in log.acts]
    assert names[:2] == [("account_ban_requested", ADA), ("account_ban_approved", BEN)]


@pytest.mark.clause("P-security")
def test_a_refused_or_expired_request_does_nothing(two: TwoOperators, clock: FixedClock) -> None:
    waits = two.awaited(BAN, ADA)
    assert waits is not None
    two.decide(waits.id, ApprovalStatus.REFUSED, ADA)  # taken back by who asked
    with pytest.raises(AlreadyDecided):
        two.decide(waits.id, ApprovalStatus.APPROVED, BEN)
    assert two.awaited(BAN, ADA) is not None  # requested again
    clock.at += WAITS
    with pytest.raises(ApprovalNotFound):
        two.decide(waits.id, ApprovalStatus.APPROVED, BEN)
    assert two.waiting(BEN, limit=5, cursor=None).items == []
    with pytest.raises(ApprovalNotFound):
        two.decide("apr_unknown", ApprovalStatus.APPROVED, BEN)


def test_without_the_rule_every_act_is_done_at_once(two: TwoOperators, log: MemoryAuditLog) -> None:
    alone = TwoOperators(two.approvals, two.audit, two.clock, required=False)
    assert alone.awaited(BAN, ADA) is None
    assert log.acts == []


@pytest.mark.clause("P-security")
def test_of_many_decisions_at_once_one_counts(two: TwoOperators) -> None:
    waits = two.awaited(BAN, ADA)
    assert waits is not None

    def decide(number: int) -> str:
        status = ApprovalStatus.APPROVED if number % 2 else ApprovalStatus.REFUSED
        try:
            return two.decide(waits.id, status, replace(BEN, arn=f"{BEN.arn}-{number}")).status
        except AlreadyDecided:
            return "lost"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(decide, range(16)))
    assert outcomes.count("lost") == 15
    [won] = set(outcomes) - {"lost"}
    assert two.approvals.get(waits.id) is not None
    assert (two.awaited(BAN, ADA) is None) is (won == "approved")
