"""Each call of recordings fails before or after it took effect: nothing is lost, and nothing happens twice.

The table is DynamoDB Local's; the files are in memory, with the contract of S3's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest
from msgspec.structs import replace

from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.storage.dynamodb_recordings import DynamoRecordings
from allmytracks.storage.ports_recordings import Arrived
from allmytracks.storage.rules_devices import Device
from allmytracks.storage.rules_recordings import (
    UPLOAD_AT_ONCE,
    UPLOAD_IN_PARTS,
    Announcement,
    Piece,
    Recording,
    RecordingNotFound,
    RecordingStatus,
    Usage,
    digest_of,
)
from allmytracks.storage.use_cases.announce_recording import Announced
from tests.factories.accounts import account
from tests.factories.storage import CONTENT, Home, announcement, registered
from tests.fakes.storage import MemoryRecordingFiles
from tests.fakes.wiring import put
from tests.faults.injector import FallibleCalls, Fault, FaultInjector, Killed, Kind, Moment, no_faults
from tests.faults.verdicts import failing

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("S-7.1", "S-8.1")]
FAULTS = [*(Fault(Kind.KILLED, moment) for moment in Moment), Fault(Kind.TIMED_OUT, Moment.AFTER)]
T = TypeVar("T")


class FallibleFiles(MemoryRecordingFiles):
    """Files whose calls fail as planned; links are signed without a call."""

    calls: FallibleCalls

    def begin_parts(self, recording: Recording) -> str:
        return self.calls.send("CreateMultipartUpload", lambda: MemoryRecordingFiles.begin_parts(self, recording))

    def arrived(self, key: str) -> Arrived | None:
        return self.calls.send("HeadObject", lambda: MemoryRecordingFiles.arrived(self, key))

    def remove(self, files: Sequence[tuple[str, str | None]]) -> None:
        self.calls.send("DeleteObjects", lambda: MemoryRecordingFiles.remove(self, files))

    def abort(self, key: str, upload_id: str) -> None:
        self.calls.send("AbortMultipartUpload", lambda: MemoryRecordingFiles.abort(self, key, upload_id))


class Shelf:
    """Recordings of devices on trial, each of an account of its own."""

    def __init__(self, table: Table) -> None:
        self.files = FallibleFiles()
        self.home = Home(files=self.files)
        self.store, self.number = DynamoRecordings(table), 0
        self.files.calls = self.calls = FaultInjector(table.client)
        put(self.home.services, {"storage.recordings": self.store})

    def device(self) -> Device:
        """A device on trial."""
        self.number += 1
        name, serial = f"acc-f{self.number}", f"CAM-F{self.number}"
        self.home.accounts.add(replace(account(name), email=f"{name}@example.org"), [])
        self.home.devices.register(registered(serial))
        return self.home.covered(name, serial)

    def announce(self, device: Device, wanted: Announcement) -> Announced:
        return self.home.services.storage.announce_recording(device.account_id, device.device_id, wanted)

    def sweep(self) -> object:
        return self.home.services.storage.sweep_recordings(self.home.clock.now() + timedelta(minutes=1))

    def under(self, faults: dict[int, Fault]) -> None:
        self.calls.expect(failing(faults))

    def over(self) -> int:
        """The faults are over; how many calls there were."""
        sent = len(self.calls.sent)
        self.calls.expect(no_faults)
        return sent

    def held(self, device: Device) -> tuple[Usage, list[str], list[str]]:
        """What is counted, listed, and in the bucket."""
        usage = self.store.usage(device.account_id, device.device_id)
        folder = f"recordings/{device.account_id}/"
        return usage, self.home.listed(device), [key for key in self.files.stored if key.startswith(folder)]


@pytest.fixture
def shelf(recordings_table: Table) -> Shelf:
    return Shelf(recordings_table)


def until_done(act: Callable[[], T]) -> T:
    """The caller, the queue and the schedule try again until it went well."""
    for _ in range(4):
        try:
            return act()
        except (Unavailable, Killed):
            continue
    raise AssertionError("did not go well in 4 tries")


def at_each_call(scenario: Callable[[dict[int, Fault]], int], fault: Fault) -> None:
    """Runs it without faults, and then with this one at each of its calls."""
    calls = scenario({})
    assert calls > 1
    for number in range(calls):
        scenario({number: fault})


def one(device_size: int = len(CONTENT)) -> Usage:
    return Usage(device_size, 1)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("in_parts", [False, True], ids=["at once", "in parts"])
def test_an_upload_is_kept_once(shelf: Shelf, fault: Fault, *, in_parts: bool) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        device, wanted = shelf.device(), announcement(shelf.home.clock.now() - timedelta(minutes=1))
        if in_parts:
            parts = (Piece(wanted.size, wanted.sha256),)
            wanted = replace(wanted, parts=parts, sha256=digest_of(parts))
        shelf.under(faults)
        recording = until_done(lambda: shelf.announce(device, wanted)).recording
        shelf.files.stored[recording.key] = Arrived(wanted.size, wanted.sha256, "1")
        until_done(lambda: shelf.home.services.storage.record_arrival(recording.account_id, recording.id))
        assert until_done(lambda: shelf.home.listed(device)) == [recording.id]
        keep = shelf.home.services.storage.keep_recordings
        assert recording.key in until_done(lambda: keep.link(device.account_id, recording.id)).url
        calls = shelf.over()
        stored = shelf.store.get(recording.account_id, recording.id)
        assert (stored.status, stored.version) == (RecordingStatus.KEPT, "1")
        assert shelf.held(device) == (one(), [recording.id], [recording.key])
        assert shelf.announce(device, wanted).uploads.whole is None, "nothing is to be uploaded again"
        return calls

    at_each_call(scenario, fault)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_file_whose_notification_was_lost_is_found_by_the_sweep(shelf: Shelf, fault: Fault) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        device = shelf.device()
        recording = shelf.home.announce(device)
        shelf.files.stored[recording.key] = Arrived(recording.size, recording.sha256, "1")
        shelf.home.clock.advance(seconds=int(UPLOAD_AT_ONCE.total_seconds()) + 1)
        shelf.under(faults)
        until_done(shelf.sweep)
        calls = shelf.over()
        assert shelf.held(device) == (one(), [recording.id], [recording.key])
        return calls

    at_each_call(scenario, fault)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_an_upload_that_was_never_made_leaves_nothing(shelf: Shelf, fault: Fault) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        device, wanted = shelf.device(), announcement(shelf.home.clock.now() - timedelta(minutes=1))
        parts = (Piece(wanted.size, wanted.sha256),)
        recording = shelf.announce(device, replace(wanted, parts=parts, sha256=digest_of(parts))).recording
        assert recording.upload_id in shelf.files.begun
        shelf.home.clock.advance(seconds=int(UPLOAD_IN_PARTS.total_seconds()) + 1)
        shelf.under(faults)
        until_done(shelf.sweep)
        calls = shelf.over()
        assert shelf.held(device) == (Usage(0, 0), [], [])
        assert recording.upload_id not in shelf.files.begun
        return calls

    at_each_call(scenario, fault)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_sweep_takes_what_is_over_and_nothing_else(shelf: Shelf, fault: Fault) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        device = shelf.device()
        old, new = shelf.home.kept(device, timedelta(days=6)), shelf.home.kept(device)
        shelf.home.clock.advance(days=1, minutes=1)
        shelf.under(faults)
        until_done(shelf.sweep)
        calls = shelf.over()
        assert shelf.held(device) == (one(), [new.id], [new.key])
        with pytest.raises(RecordingNotFound):
            shelf.store.get(device.account_id, old.id)
        shelf.home.clock.advance(days=14)
        shelf.sweep()
        assert shelf.held(device) == (Usage(0, 0), [], []), "a run that was interrupted is not the last one"
        return calls

    at_each_call(scenario, fault)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_recording_that_its_member_removes_is_gone_and_counted_out_once(shelf: Shelf, fault: Fault) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        device = shelf.device()
        gone, stays = shelf.home.kept(device, timedelta(minutes=5)), shelf.home.kept(device)

        def remove() -> None:
            try:
                shelf.home.services.storage.keep_recordings.remove(device.account_id, gone.id)
            except RecordingNotFound:
                return

        shelf.under(faults)
        until_done(remove)
        calls = shelf.over()
        assert shelf.held(device) == (one(), [stays.id], [stays.key])
        return calls

    at_each_call(scenario, fault)
