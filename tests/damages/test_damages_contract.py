"""Damages on record: the twin in memory and DynamoDB keep one contract."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.damages.dynamodb import DynamoDamagesBook
from allmytracks.damages.ports import DamagesBook
from allmytracks.damages.rules import Claim, Damages
from allmytracks.licenses.states.rules import RevocationReason
from tests.factories.instants import NOW
from tests.fakes.damages import MemoryDamagesBook

CLAIM = Claim(
    "acc-1", 400_000, frozenset({"trk-1", "trk-2"}), frozenset({"AMT-1"}), RevocationReason.OUT_OF_SCOPE_USE, "K-7"
)
DAMAGES = Damages(CLAIM, "arn:aws:iam::123456789012:user/ada", NOW)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def book(request: pytest.FixtureRequest) -> DamagesBook:
    if request.param == "memory":
        return MemoryDamagesBook()
    return DynamoDamagesBook(request.getfixturevalue("accounts_table"))


@pytest.mark.clause("M-III.10")
def test_a_claim_is_recorded_once_and_kept_whole(book: DamagesBook) -> None:
    assert book.record(DAMAGES) == DAMAGES
    later = replace(DAMAGES, recorded_by="another", recorded_at=NOW + timedelta(days=1))
    assert book.record(later) == DAMAGES
    further = replace(later, claim=replace(CLAIM, reference="K-8"))
    assert book.record(further) == further
    assert book.all("acc-1") == [DAMAGES, further]
    assert book.all("acc-2") == []
