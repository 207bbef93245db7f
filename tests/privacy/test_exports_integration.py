"""Exports on the real tables and a bucket: complete, of the account alone, made once however often it is tried."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from moto import mock_aws
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules import AccountFrozen, AccountStatus
from allmytracks.documents.s3 import S3Documents
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.aws.tables import put_where_absent
from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.records import Exported, Store
from allmytracks.licenses.packs.dynamodb import S3PackFiles
from allmytracks.privacy.aws_stores import ListlessStores
from allmytracks.privacy.dynamodb_exports import DynamoExports
from allmytracks.privacy.events import DataExportFailed, DataExportReady, DataExportRequested
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_exports import DAY, LIFETIME, SCHEMA_VERSION, ExportNotFound, ExportStatus, followed
from allmytracks.privacy.use_cases.make_export import MakeExport
from allmytracks.privacy.use_cases.request_export import RequestExport
from allmytracks.privacy.use_cases.walk import UndeclaredRecord, Walk
from allmytracks.storage.dynamodb import DynamoDevices
from allmytracks.storage.dynamodb_recordings import DynamoRecordings
from allmytracks.storage.rules_devices import Device
from allmytracks.storage.rules_recordings import recording_of
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.factories.privacy import ADDRESS, DEVICE, EMAIL, NAME, STREET, PrivacyWorld, make_buckets
from tests.factories.storage import announcement, registered
from tests.fakes.foundation import MemoryEvents
from tests.fakes.links import MemoryLinkSigner
from tests.faults.injector import Fault, FaultInjector, Killed, Kind, Moment, no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-manage.access")]


@dataclass
class Desk:
    """A seeded account, and what takes and makes its exports."""

    world: PrivacyWorld
    events: MemoryEvents = field(default_factory=MemoryEvents)

    @property
    def request(self) -> RequestExport:
        accounts = DynamoAccounts(self.world.accounts)
        exports = DynamoExports(self.world.accounts)
        return RequestExport(accounts, exports, MemoryLinkSigner(), self.events, self.world.clock)

    @cached_property
    def make(self) -> MakeExport:
        buckets = {Store.DOCUMENTS: "documents", Store.LETTERS: "letters"}
        tables = {Store.ACCOUNTS: self.world.accounts, Store.RECORDINGS: self.world.recordings}
        stores = ListlessStores(tables, buckets, self.world.identity)
        documents = {store: S3Documents(bucket) for store, bucket in buckets.items()}
        exports = DynamoExports(self.world.accounts)
        walk, archives = Walk(stores, followed(ALL)), S3PackFiles("documents")
        return MakeExport(walk, exports, documents, archives, self.events, self.world.clock)

    def work(self) -> None:
        for each in [each for each in self.events.published if isinstance(each, DataExportRequested)]:
            self.make(each.account_id, each.export_id)

    @property
    def told(self) -> set[Event]:
        return {each for each in self.events.published if not isinstance(each, DataExportRequested)}

    def archive(self, export_id: str) -> dict[str, bytes]:
        """The files of a finished export, as its member would fetch them."""
        export = self.request.get("acc-1", export_id).export
        assert export.file is not None
        content = self.world.s3.get_object(Bucket="documents", Key=export.key)["Body"].read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (export.file.size, export.file.sha256)
        with ZipFile(BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def desk(accounts_table: Table, counters_table: Table, recordings_table: Table) -> Iterator[Desk]:
    with mock_aws():
        s3 = make_buckets()
        world = PrivacyWorld(accounts_table, counters_table, recordings_table)
        world.seed()
        yield Desk(world)
        s3.close()


def test_the_archive_holds_everything_and_its_manifest_says_what(desk: Desk) -> None:
    asked = desk.request("acc-1")
    assert (asked.status, asked.link) == (ExportStatus.PENDING, None)
    desk.work()
    files = desk.archive(asked.export.id)
    manifest = json.loads(files.pop("manifest.json"))
    assert (manifest["schema_version"], manifest["account_id"]) == (SCHEMA_VERSION, "acc-1")
    assert {each["name"] for each in manifest["files"]} == set(files)
    for each in manifest["files"]:
        content = files[each["name"]]
        assert (each["bytes"], each["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    lists = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    counts = {each["name"]: each["count"] for each in manifest["files"]}
    assert {name: len(records) for name, records in lists.items()} == {name: counts[name] for name in lists}
    assert lists["account.json"][0]["email"] == EMAIL
    assert lists["billing.json"][0]["name"] == NAME
    (download,) = lists["downloads.json"]
    assert (download["record"], download["source_ip"], download["user_agent"]) == ("download", ADDRESS, DEVICE)
    assert STREET in str(lists["tickets.json"][0]["ticket"]["messages"])
    assert files["attachments/T-acc-1/file-1"] == NAME.encode()
    assert set(files) - set(lists) == {"attachments/T-acc-1/file-1"}


@pytest.mark.clause("P-manage.access")
def test_it_lists_recordings_and_devices_and_says_how_a_recording_is_fetched(desk: Desk) -> None:
    recording = recording_of("acc-1", "dev_1", announcement(), NOW)
    DynamoRecordings(desk.world.recordings).announce(recording, 1000)
    devices = DynamoDevices(desk.world.accounts)
    for serial in ("CAM-1", "CAM-2"):
        on_register = registered(serial)
        devices.register(on_register)
        device = Device("acc-1", on_register.device_id, serial, "Doorbell", f"Door of {serial}", NOW)
        assert devices.bind(device)
    assert devices.release(device, NOW)
    asked = desk.request("acc-1")
    desk.work()
    files = desk.archive(asked.export.id)
    (listed,) = json.loads(files["recordings.json"])
    assert (listed["id"], listed["sha256"], listed["status"]) == (recording.id, recording.sha256, "awaiting_upload")
    assert [each["name"] for each in json.loads(files["devices.json"])] == ["Door of CAM-1"]
    assert [each["name"] for each in json.loads(files["released_devices.json"])] == ["Door of CAM-2"]
    how = {each["name"]: each["how"] for each in json.loads(files["manifest.json"])["files"] if "how" in each}
    assert list(how) == ["recordings.json"]
    assert "/v1/recordings/{id}/link" in how["recordings.json"]


def test_nothing_hidden_and_no_keys_are_in_it(desk: Desk) -> None:
    asked = desk.request("acc-1")
    desk.work()
    hidden = {each.name: each.export.hidden | {"pk", "sk"} for each in ALL if isinstance(each.export, Exported)}
    for name, content in desk.archive(asked.export.id).items():
        if name.endswith(".json") and name != "manifest.json":
            records: list[dict[str, Any]] = json.loads(content)
            assert all(not hidden[each["record"]] & each.keys() for each in records)


def test_asking_twice_is_asking_once_and_another_accounts_is_not_found(desk: Desk) -> None:
    first = desk.request("acc-1")
    assert desk.request("acc-1") == first
    desk.work()
    ready = desk.request.get("acc-1", first.export.id)
    assert ready.status is ExportStatus.READY
    assert ready.link is not None
    assert len([key for key in desk.world.objects() if key.startswith("exports/")]) == 1
    DynamoAccounts(desk.world.accounts).add(replace(account("acc-2"), email="bob@example.org"), [])
    with pytest.raises(ExportNotFound):
        desk.request.get("acc-2", first.export.id)
    assert desk.request("acc-1").export.id != first.export.id
    desk.world.clock.at += LIFETIME
    expired = desk.request.get("acc-1", first.export.id)
    assert (expired.status, expired.link) == (ExportStatus.EXPIRED, None)


def test_many_downloads_are_all_in_it(desk: Desk) -> None:
    desk.world.seed("acc-3", downloads=250)
    export = desk.request("acc-3").export
    desk.work()
    file = desk.request.get("acc-3", export.id).export
    content = desk.world.s3.get_object(Bucket="documents", Key=file.key)["Body"].read()
    assert len(json.loads(ZipFile(BytesIO(content)).read("downloads.json"))) == 250


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_a_crash_at_any_call_leaves_one_whole_export(desk: Desk, moment: Moment) -> None:
    injector = FaultInjector(desk.world.accounts.client)
    killed = Fault(Kind.KILLED, moment)
    for place in range(12):
        desk.world.clock.at += DAY
        injector.expect(lambda number, _operation, place=place: killed if number == place else None)  # type: ignore[misc]  # bound now
        with contextlib.suppress(Killed):
            desk.request("acc-1")
            desk.work()
        injector.expect(no_faults)
        export = desk.request("acc-1").export
        desk.work()
        assert desk.request.get("acc-1", export.id).status is ExportStatus.READY
        assert "account.json" in desk.archive(export.id)
        assert export.id in {each.export_id for each in desk.told if isinstance(each, DataExportReady)}


def test_its_member_gets_one_event_however_often_it_is_tried(desk: Desk) -> None:
    export = desk.request("acc-1").export
    desk.work()
    desk.world.clock.at += timedelta(minutes=5)
    desk.work()
    desk.make.give_up("acc-1", export.id)
    file = desk.request.get("acc-1", export.id).export.file
    assert file is not None
    until = rfc3339(file.made_at + LIFETIME)
    assert desk.told == {DataExportReady("acc-1", export.id, rfc3339(file.made_at), until)}
    desk.make("acc-1", "exp_000009")
    desk.make.give_up("acc-1", "exp_000009")


def test_one_that_was_given_up_has_failed_and_is_asked_for_again(desk: Desk) -> None:
    export = desk.request("acc-1").export
    for _ in range(2):
        desk.make.give_up("acc-1", export.id)
    assert desk.told == {DataExportFailed("acc-1", export.id, rfc3339(desk.world.clock.at))}
    assert desk.request.get("acc-1", export.id).status is ExportStatus.FAILED
    second = desk.request("acc-1").export
    assert second.id != export.id
    desk.work()
    assert desk.request.get("acc-1", second.id).status is ExportStatus.READY


def test_a_frozen_account_gives_nothing_to_who_stole_the_session(desk: Desk) -> None:
    made = desk.request("acc-1").export
    desk.work()
    accounts = DynamoAccounts(desk.world.accounts)
    key = {"pk": {"S": "ACCOUNT#acc-1"}, "sk": {"S": "PROFILE"}}
    asked = {
        "TableName": desk.world.accounts.name,
        "Key": key,
        "UpdateExpression": "SET #s = :s",
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": AccountStatus.FROZEN.value}},
    }
    desk.world.accounts.client.call("UpdateItem", asked)
    assert accounts.get("acc-1").status is AccountStatus.FROZEN
    with pytest.raises(AccountFrozen):
        desk.request("acc-1")
    with pytest.raises(AccountFrozen):
        desk.request.get("acc-1", made.id)


def test_erasure_takes_exports_and_their_files_and_a_late_worker_brings_nothing_back(desk: Desk) -> None:
    desk.request("acc-1")
    desk.work()
    pending = desk.request("acc-1").export
    desk.world.erase("acc-1")
    assert desk.world.objects() == []
    desk.make("acc-1", pending.id)
    assert desk.world.objects() == []
    assert "DATA_EXPORT" not in desk.world.raw()


def test_what_nobody_declared_makes_no_export_that_looks_complete(desk: Desk) -> None:
    export = desk.request("acc-1").export
    key = {"pk": {"S": "ACCOUNT#acc-1"}, "sk": {"S": "DIARY#1"}}
    put_where_absent(desk.world.accounts, key)
    with pytest.raises(UndeclaredRecord):
        desk.work()
    assert desk.request.get("acc-1", export.id).status is ExportStatus.PENDING
    desk.world.accounts.client.call("DeleteItem", {"TableName": desk.world.accounts.name, "Key": key})
