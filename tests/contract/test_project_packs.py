"""Project packs on record: the twin in memory and DynamoDB keep one contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from allmytracks.adapters.project_packs import DynamoProjectPacks, MemoryProjectPacks
from allmytracks.domain.project_packs import TOO_MANY, PackFile, PackNotFound, ProjectPack
from allmytracks.ports.project_packs import ProjectPacks
from tests.samples import NOW

PACK = ProjectPack("pack_1", "acc-1", "Holiday film", NOW)
FILE = PackFile(NOW + timedelta(minutes=1), 12, 345_678)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def packs(request: pytest.FixtureRequest) -> ProjectPacks:
    if request.param == "memory":
        return MemoryProjectPacks()
    return DynamoProjectPacks(request.getfixturevalue("accounts_table"))


def test_a_pack_is_asked_for_once_and_is_its_members_own(packs: ProjectPacks) -> None:
    assert packs.add(PACK) == PACK
    assert packs.add(replace(PACK, project="Another", requested_at=NOW + timedelta(days=1))) == PACK
    assert packs.get("acc-1", "pack_1") == PACK
    for account_id, pack_id in (("acc-2", "pack_1"), ("acc-1", "pack_2")):
        with pytest.raises(PackNotFound):
            packs.get(account_id, pack_id)


def test_the_first_outcome_stays(packs: ProjectPacks) -> None:
    failed = replace(PACK, id="pack_2")
    for pack in (PACK, failed):
        packs.add(pack)
    packs.finish(PACK, FILE)
    packs.finish(PACK, replace(FILE, letters=13))
    packs.finish(PACK, TOO_MANY)
    assert packs.get("acc-1", "pack_1") == replace(PACK, file=FILE)
    packs.finish(failed, TOO_MANY)
    packs.finish(failed, FILE)
    assert packs.get("acc-1", "pack_2") == replace(failed, problem=TOO_MANY)
    packs.finish(replace(PACK, id="pack_9"), FILE)
    with pytest.raises(PackNotFound):
        packs.get("acc-1", "pack_9")
