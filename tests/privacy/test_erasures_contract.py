"""How far an erasure came: the fake and DynamoDB side by side."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.privacy.dynamodb_erasures import DynamoErasures
from allmytracks.privacy.ports import Erasures
from allmytracks.privacy.rules_erasure import Erasure, ErasureNotFound, Phase
from tests.factories.instants import NOW
from tests.fakes.privacy import MemoryErasures


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def erasures(request: pytest.FixtureRequest) -> Erasures:
    if request.param == "memory":
        return MemoryErasures()
    return DynamoErasures(request.getfixturevalue("accounts_table"))


def test_an_erasure_begins_once_and_what_is_done_stays(erasures: Erasures) -> None:
    with pytest.raises(ErasureNotFound):
        erasures.get("era_1")
    begun = erasures.begin(Erasure("era_1", "acc-1", NOW))
    half = replace(begun, phase=Phase.ERASING, after="DOWNLOAD#9", counts={"download": 9})
    erasures.save(half)
    assert erasures.begin(Erasure("era_1", "acc-1", NOW)) == half
    done = replace(half, phase=Phase.DONE, after=None, done_at=NOW, receipt="a.b.c")
    erasures.save(done)
    erasures.save(half)
    assert erasures.get("era_1") == done
