"""The audit log of operators' acts, in memory and in DynamoDB: append-only, read by day (P-security)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allmytracks.foundation.audit.dynamodb import DynamoAuditLog
from allmytracks.foundation.audit.ports import AuditLog
from allmytracks.foundation.audit.rules import Act, Acts, Operator
from allmytracks.foundation.errors import InvalidFields
from tests.factories.instants import NOW
from tests.fakes.foundation import MemoryAuditLog

ADA = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.1")
BEN = Operator("arn:aws:iam::123456789012:user/ben", "192.0.2.2")
ACTS = [
    Act(f"act_{number}", name, subject, operator, NOW + timedelta(minutes=number), "fraud")
    for number, (name, subject, operator) in enumerate(
        [("ban", "acc-1", ADA), ("lift", "acc-2", BEN), ("ban", "acc-2", ADA), ("show", "acc-1", BEN)]
    )
]


@pytest.fixture(params=["memory", "dynamodb"])
def log(request: pytest.FixtureRequest) -> AuditLog:
    made: AuditLog
    made = MemoryAuditLog() if request.param == "memory" else DynamoAuditLog(request.getfixturevalue("accounts_table"))
    for act in ACTS:
        made.record(act)
    return made


@pytest.mark.clause("P-security")
def test_acts_of_a_day_are_read_newest_first_page_by_page(log: AuditLog) -> None:
    day = NOW.date()
    assert log.on_day(day) == ACTS
    read: list[Act] = []
    cursor = None
    for _ in range(3):
        page = log.page(day, Acts(), limit=2, cursor=cursor)
        read += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (read, cursor) == (ACTS[::-1], None)
    assert log.page(day + timedelta(days=1), Acts(), limit=2, cursor=None).items == []
    with pytest.raises(InvalidFields):
        log.page(day, Acts(), limit=2, cursor="x")


def test_acts_are_found_by_subject_operator_and_name(log: AuditLog) -> None:
    def found(acts: Acts, limit: int = 10) -> list[str]:
        return [act.id for act in log.page(NOW.date(), acts, limit=limit, cursor=None).items]

    assert found(Acts(subject="acc-2")) == ["act_2", "act_1"]
    assert found(Acts(operator="user/ben")) == ["act_3", "act_1"]
    assert found(Acts(name="ban", operator="ada", subject="acc-1")) == ["act_0"]
    assert found(Acts(name="ban"), limit=1) == ["act_2"]


@pytest.mark.clause("P-security")
def test_an_act_is_recorded_once_and_never_overwritten(log: AuditLog) -> None:
    log.record(ACTS[0])  # again after a lost answer
    assert log.on_day(NOW.date()) == ACTS
