"""Exports on record: the fake and DynamoDB side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.privacy.dynamodb_exports import DynamoExports
from allmytracks.privacy.ports import Exports
from allmytracks.privacy.rules_exports import LIFETIME, Export, ExportFile, ExportNotFound, ExportStatus
from tests.factories.instants import NOW
from tests.fakes.privacy import MemoryExports

FILE = ExportFile(NOW + timedelta(minutes=1), 345_678, "ab" * 32)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def exports(request: pytest.FixtureRequest) -> Exports:
    if request.param == "memory":
        return MemoryExports()
    return DynamoExports(request.getfixturevalue("accounts_table"))


def test_one_is_pending_at_a_time_and_belongs_to_its_member(exports: Exports) -> None:
    first = exports.begin("acc-1", NOW)
    assert first == Export(first.id, "acc-1", NOW)
    assert exports.begin("acc-1", NOW + timedelta(hours=1)) == first
    assert exports.get("acc-1", first.id) == first
    for account_id, export_id in (("acc-2", first.id), ("acc-1", "exp_9")):
        with pytest.raises(ExportNotFound):
            exports.get(account_id, export_id)
    exports.finish(first, FILE)
    second = exports.begin("acc-1", NOW + timedelta(hours=2))
    assert second.id > first.id
    assert exports.begin("acc-1", NOW + timedelta(hours=3)) == second
    assert exports.get("acc-1", first.id).file == FILE


def test_the_first_file_stays_and_an_erased_account_gets_none(exports: Exports) -> None:
    export = exports.begin("acc-1", NOW)
    exports.finish(export, FILE)
    exports.finish(export, replace(FILE, sha256="cd" * 32))
    assert exports.get("acc-1", export.id) == replace(export, file=FILE)
    exports.finish(replace(export, account_id="acc-2"), FILE)
    with pytest.raises(ExportNotFound):
        exports.get("acc-2", export.id)


def test_it_expires() -> None:
    export = Export("exp_000001", "acc-1", NOW)
    assert export.status_at(NOW) is ExportStatus.PENDING
    ready = replace(export, file=FILE)
    assert ready.status_at(FILE.made_at) is ExportStatus.READY
    assert ready.status_at(FILE.made_at + LIFETIME) is ExportStatus.EXPIRED
