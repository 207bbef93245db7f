"""Exports on record: the fake and DynamoDB side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.privacy.dynamodb_exports import DynamoExports
from allmytracks.privacy.ports import Exports
from allmytracks.privacy.rules_exports import (
    DAY,
    IN_A_DAY,
    LIFETIME,
    Export,
    ExportFile,
    ExportNotFound,
    ExportsExhausted,
    ExportStatus,
)
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


def test_so_many_a_day(exports: Exports) -> None:
    asked = [NOW + timedelta(hours=n) for n in range(IN_A_DAY)]
    made = []
    for now in asked:
        made.append(exports.begin("acc-1", now))
        exports.finish(made[-1], FILE)
    assert exports.latest("acc-1") == replace(made[-1], file=FILE)
    assert exports.latest("acc-2") is None
    last = NOW + DAY - timedelta(seconds=1)
    with pytest.raises(ExportsExhausted) as refused:
        exports.begin("acc-1", last)
    assert refused.value.until == NOW + DAY
    assert exports.begin("acc-2", last).is_pending
    assert exports.begin("acc-1", NOW + DAY).id > made[-1].id


def test_an_operator_is_not_limited(exports: Exports) -> None:
    for _ in range(IN_A_DAY + 1):
        exports.finish(exports.begin("acc-1", NOW, limited=False), FILE)


def test_one_that_failed_is_made_again_and_its_first_failure_stays(exports: Exports) -> None:
    export = exports.begin("acc-1", NOW)
    later = NOW + timedelta(hours=1)
    failed = exports.fail(export, later)
    assert failed == replace(export, failed_at=later)
    assert failed.status_at(NOW) is ExportStatus.FAILED
    assert exports.fail(export, NOW + timedelta(hours=2)) == failed
    second = exports.begin("acc-1", NOW + timedelta(hours=3))
    assert second.id > export.id
    exports.finish(failed, FILE)
    made = exports.get("acc-1", export.id)
    assert made.status_at(FILE.made_at) is ExportStatus.READY
    assert exports.fail(made, NOW) == made
    with pytest.raises(ExportNotFound):
        exports.fail(replace(export, account_id="acc-2"), NOW)


def test_it_expires() -> None:
    export = Export("exp_000001", "acc-1", NOW)
    assert export.status_at(NOW) is ExportStatus.PENDING
    ready = replace(export, file=FILE)
    assert ready.status_at(FILE.made_at) is ExportStatus.READY
    assert ready.status_at(FILE.made_at + LIFETIME) is ExportStatus.EXPIRED
