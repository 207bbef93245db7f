"""Recordings: announced, arrived, listed, played, removed, and gone on their day (S-7.1, S-8.1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.foundation.errors import InvalidFields
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.storage.ports_recordings import Arrived
from allmytracks.storage.rules_cover import MOST_RETENTION_DAYS, TRIAL, Facts, PaidInFull, Trial
from allmytracks.storage.rules_devices import DeviceNotFound
from allmytracks.storage.rules_packages import Package, PackageList
from allmytracks.storage.rules_recordings import (
    AHEAD,
    GIBIBYTE,
    LARGEST,
    LARGEST_AT_ONCE,
    MOST_PARTS,
    SMALLEST_PART,
    UNPUBLISHED_GIBIBYTES,
    UPLOAD_AT_ONCE,
    Announcement,
    NotCovered,
    Piece,
    QuotaReached,
    RecordingNotFound,
    RecordingStatus,
    RecordingTooLarge,
    checked,
    digest_of,
    quota_of,
)
from functions.every_hour_sweep_recordings.handler import handle as sweep
from functions.keep_devices.handler import handle as keep_devices
from functions.keep_recordings.handler import handle
from functions.work_recordings.handler import handle as work
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.storage import CONTENT, RECORDING, Home, announcement
from tests.factories.tables import resources

WEEK = timedelta(days=7)


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home()
    wiring.install(made.services)
    yield made
    wiring.install(None)


def of(name: str) -> dict[str, Any]:
    return {"pathParameters": {"id": name}}


@pytest.mark.clause("S-8.1")
def test_a_recording_is_announced_kept_listed_played_and_removed(home: Home) -> None:
    device = home.covered()
    body = json.dumps(RECORDING)
    status, announced = read(call(handle, "POST /v1/devices/{id}/recordings", body=body, **of(device.device_id)))
    assert (status, announced["status"], announced["parts"]) == (201, "awaiting_upload", [])
    assert announced["upload"]["headers"] == {"Content-Length": str(len(CONTENT))}
    again = read(call(handle, "POST /v1/devices/{id}/recordings", body=body, **of(device.device_id)))[1]
    assert again["recording_id"] == announced["recording_id"]
    recording_id = announced["recording_id"]
    assert read(call(handle, "GET /v1/recordings/{id}/link", **of(recording_id)))[1]["code"] == "recording_not_found"
    (recording,) = home.recordings.stored.values()
    home.arrives(recording)
    listed = read(call(handle, "GET /v1/devices/{id}/recordings", **of(device.device_id)))[1]
    assert listed == {
        "items": [
            {
                "recording_id": recording_id,
                "started_at": "2026-11-22T05:59:00.000Z",
                "duration_seconds": 30,
                "media_type": "video/mp4",
                "bytes": len(CONTENT),
                "status": "kept",
                "kept_until": "2026-11-29T05:59:00.000Z",
            }
        ],
        "next_cursor": None,
    }
    query = {"from": "2026-11-22T05:59:01Z", "to": "2026-11-22T07:00:00Z"}
    later = call(handle, "GET /v1/devices/{id}/recordings", queryStringParameters=query, **of(device.device_id))
    assert read(later)[1]["items"] == []
    link = read(call(handle, "GET /v1/recordings/{id}/link", **of(recording_id)))[1]
    assert recording.key in link["url"]
    assert call(handle, "DELETE /v1/recordings/{id}", **of(recording_id))["statusCode"] == 204
    assert (home.files.stored, home.recordings.stored) == ({}, {})
    assert read(call(handle, "GET /v1/recordings/{id}/link", **of(recording_id)))[0] == 404


def test_a_device_sends_recordings_with_its_own_token_until_it_is_revoked(home: Home) -> None:
    device = home.covered()
    token = read(call(keep_devices, "POST /v1/devices/{id}/token", **of(device.device_id)))[1]["token"]
    (stored,) = home.devices.all("acc-1")
    assert token not in repr(stored)

    def send(given: str | None) -> int:
        headers = {"authorization": f"Bearer {given}"} if given else {}
        event = {"body": json.dumps(RECORDING), "headers": {"content-type": "application/json", **headers}}
        return int(call(handle, "POST /v1/device-recordings", None, **event)["statusCode"])

    assert send(token) == 201
    for wrong in (None, token[:-1] + ("A" if token[-1] != "A" else "B"), token.replace("acc-1", "acc-2"), "x"):
        assert send(wrong) == 401
    another = read(call(keep_devices, "POST /v1/devices/{id}/token", **of(device.device_id)))[1]["token"]
    assert (send(token), send(another)) == (401, 201)
    assert call(keep_devices, "DELETE /v1/devices/{id}/token", **of(device.device_id))["statusCode"] == 204
    assert send(another) == 401
    third = read(call(keep_devices, "POST /v1/devices/{id}/token", **of(device.device_id)))[1]["token"]
    home.clock.advance(days=14)
    home.keep.release("acc-1", device.device_id)
    home.claim("acc-1")
    assert send(third) == 401, "a release ends the token"


@pytest.mark.clause("S-8.1")
def test_nothing_can_be_read_with_another_accounts_token(home: Home) -> None:
    device = home.covered()
    recording = home.kept(device)
    assert read(call(handle, "GET /v1/devices/{id}/recordings", "acc-2", **of(device.device_id)))[0] == 404
    assert read(call(handle, "GET /v1/recordings/{id}/link", "acc-2", **of(recording.id)))[0] == 404
    assert read(call(handle, "DELETE /v1/recordings/{id}", "acc-2", **of(recording.id)))[0] == 404
    with pytest.raises(DeviceNotFound):
        home.services.storage.announce_recording("acc-2", device.device_id, announcement())
    assert home.listed(device) == [recording.id]


@pytest.mark.clause("S-7.1")
def test_recordings_are_made_and_read_only_while_a_device_is_covered(home: Home) -> None:
    device = home.claim()
    with pytest.raises(NotCovered):
        home.announce(device)
    home.trial(device)
    home.clock.advance(seconds=int(TRIAL.total_seconds()) - 60)
    recording = home.kept(device)
    home.clock.advance(seconds=59)
    assert home.listed(device) == [recording.id]
    keep = home.services.storage.keep_recordings
    assert recording.key in keep.link("acc-1", recording.id).url
    home.clock.advance(seconds=1)
    assert home.listed(device) == []
    with pytest.raises(NotCovered):
        keep.link("acc-1", recording.id)
    with pytest.raises(NotCovered):
        home.announce(device)
    sweep({}, None)
    assert (home.files.stored, home.recordings.stored) == ({}, {}), "what is no longer covered is erased"


@pytest.mark.clause("S-7.1")
def test_a_recording_is_gone_after_seven_days_whether_the_sweep_ran_or_not(home: Home) -> None:
    device = home.covered()
    old, young = home.kept(device), home.kept(device, timedelta(seconds=1))
    home.clock.advance(seconds=int(WEEK.total_seconds()) - 61)
    sweep({}, None)
    assert home.listed(device) == [old.id, young.id]
    home.clock.advance(seconds=1)
    assert home.listed(device) == [young.id]
    with pytest.raises(RecordingNotFound):
        home.services.storage.keep_recordings.link("acc-1", old.id)
    assert old.key in home.files.stored
    sweep({}, None)
    assert set(home.files.stored) == {young.key}
    home.clock.advance(days=1)
    sweep({}, None)
    assert (home.files.stored, home.recordings.looked_at) == ({}, {}), "nothing is left to look at"


def test_an_upload_that_was_not_made_is_counted_out_and_one_that_was_is_found(home: Home) -> None:
    device = home.covered()
    never, silent = home.announce(device), home.announce(device, b"Another visitor.")
    digest = hashlib.sha256(b"Another visitor.").hexdigest()
    home.arrives(replace(silent, id="nothing"), b"Another visitor.")
    assert home.files.stored == {}, "what nobody announced is removed"
    home.files.stored[silent.key] = home.files.stored.get(silent.key) or _arrived(b"Another visitor.", digest)
    assert home.listed(device) == [never.id, silent.id] or home.listed(device) == [silent.id, never.id]
    home.clock.advance(seconds=int(UPLOAD_AT_ONCE.total_seconds()))
    assert home.listed(device) == []
    sweep({}, None)
    assert home.listed(device) == [silent.id]
    assert home.recordings.usage("acc-1", device.device_id).size == silent.size


def _arrived(content: bytes, digest: str) -> Arrived:
    return Arrived(len(content), digest, "1")


def test_a_file_that_is_another_than_was_announced_is_removed(home: Home) -> None:
    device = home.covered()
    recording = home.announce(device)
    assert not home.arrives(recording, b"Something else entirely")
    assert home.files.stored == {}
    home.files.stored[recording.key] = Arrived(len(CONTENT) + 1, None, "1")
    assert not home.services.storage.record_arrival("acc-1", recording.id), "S3 told no checksum, and another size"
    assert home.arrives(recording)
    assert not home.services.storage.record_arrival("acc-1", recording.id)
    assert recording.key in home.files.stored, "the same notification again removes nothing"
    assert not home.arrives(recording, version="2"), "a second file by the same link"
    assert home.files.stored == {}
    assert home.recordings.get("acc-1", recording.id).version == "1"


@pytest.mark.clause("S-8.1")
def test_a_device_is_looked_at_every_day_and_at_its_end_nothing_is_left(home: Home) -> None:
    device = home.covered()
    home.kept(device)
    home.clock.advance(days=1)
    sweep({}, None)
    assert home.recordings.looked_at["acc-1", device.device_id] == home.clock.now() + timedelta(days=1)
    home.clock.at = NOW + TRIAL - timedelta(minutes=1)
    home.kept(device, age=-timedelta(minutes=4))
    home.recordings.look_at("acc-1", device.device_id, home.clock.now())
    sweep({}, None)
    assert home.recordings.looked_at["acc-1", device.device_id] == NOW + TRIAL, "what is left starts ahead, and is seen"
    home.clock.at = NOW + TRIAL
    sweep({}, None)
    assert (home.recordings.stored, home.files.stored) == ({}, {}), "also of a camera whose clock is ahead"


def test_a_device_holds_no_more_than_its_fair_use(home: Home) -> None:
    device = home.covered()
    announce = home.services.storage.announce_recording
    full = UNPUBLISHED_GIBIBYTES * GIBIBYTE // LARGEST_AT_ONCE
    for number in range(full):
        wanted = replace(announcement(NOW - timedelta(minutes=number + 1)), size=LARGEST_AT_ONCE)
        announce("acc-1", device.device_id, wanted)
    with pytest.raises(QuotaReached):
        announce("acc-1", device.device_id, replace(announcement(NOW), size=LARGEST_AT_ONCE))
    home.services.storage.keep_recordings.remove("acc-1", next(iter(home.recordings.stored.values())).id)
    announce("acc-1", device.device_id, replace(announcement(NOW), size=LARGEST_AT_ONCE))


PARTS = (Piece(SMALLEST_PART, "1" * 64), Piece(1, "2" * 64))
LONG = replace(announcement(), parts=PARTS, size=SMALLEST_PART + 1, sha256=digest_of(PARTS))


def test_a_long_recording_is_sent_in_parts(home: Home) -> None:
    device = home.covered()
    announce = home.services.storage.announce_recording
    first, again = (announce("acc-1", device.device_id, LONG) for _ in range(2))
    assert [len(first.uploads.parts), len(again.uploads.parts)] == [2, 2]
    assert first.uploads.completion is not None
    assert again.recording == first.recording
    assert len(home.files.begun) == 1
    home.clock.advance(hours=1)
    sweep({}, None)
    assert (home.files.begun, home.recordings.stored) == (set(), {})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_at": NOW + timedelta(minutes=6)}, "started_at"),
        ({"started_at": NOW - WEEK}, "started_at"),
        ({"duration_seconds": 0}, "duration_seconds"),
        ({"media_type": "text/html"}, "media_type"),
        ({"size": 0}, "bytes"),
        ({"size": LARGEST_AT_ONCE + 1}, "parts"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"parts": PARTS}, "parts"),
        ({"parts": PARTS, "size": SMALLEST_PART + 1}, "sha256"),
        ({"parts": PARTS[::-1], "size": SMALLEST_PART + 1}, "parts.0.bytes"),
        ({"parts": PARTS[:1] * 101}, "parts"),
    ],
)
def test_what_is_wrong_with_an_announcement_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        checked(replace(announcement(), **changes), NOW - WEEK, NOW)
    assert field in {each.field for each in refused.value.problems}


def in_parts(number: int, size: int) -> Announcement:
    parts = (Piece(size, "1" * 64),) * number
    return replace(announcement(), parts=parts, size=number * size, sha256=digest_of(parts))


def test_what_is_as_large_or_as_early_as_permitted_is_accepted() -> None:
    largest = in_parts(LARGEST // LARGEST_AT_ONCE, LARGEST_AT_ONCE)
    for accepted in (largest, in_parts(MOST_PARTS, SMALLEST_PART), announcement(NOW + AHEAD)):
        assert checked(accepted, NOW - WEEK, NOW) == accepted
    with pytest.raises(RecordingTooLarge):
        checked(replace(largest, size=LARGEST + 1), NOW - WEEK, NOW)


def test_fair_use_is_that_of_the_trial_or_of_the_largest_package_with_these_days() -> None:
    week = Package("week", "7 days", 7, 50, ())
    sold = PackageList("v1", NOW, (week, replace(week, id="more", quota_gibibytes=70)), 7, 20)
    trial = Trial("trial", NOW)
    assert quota_of(Facts(trial), sold, NOW) == 20 * GIBIBYTE
    paid = PaidInFull("paid", Mode.YEAR, NOW, 7, at_once=True)
    assert quota_of(Facts(trial, (paid,)), sold, NOW) == 70 * GIBIBYTE
    assert quota_of(Facts(trial, (replace(paid, retention_days=30),)), sold, NOW) == 20 * GIBIBYTE


def test_the_worker_keeps_what_arrived_and_ignores_the_test_of_the_queue(home: Home) -> None:
    device = home.covered()
    recording = home.announce(device)
    home.files.stored[recording.key] = _arrived(CONTENT, recording.sha256)
    told = {"Records": [{"s3": {"object": {"key": quote_plus(recording.key)}}}]}
    records = [
        {"messageId": str(number), "body": json.dumps(body), "eventSource": "aws:sqs"}
        for number, body in enumerate([{"Event": "s3:TestEvent"}, told, told])
    ]
    assert work({"Records": records}, None) == {"batchItemFailures": []}
    assert home.recordings.get("acc-1", recording.id).status is RecordingStatus.KEPT


def test_the_lifecycle_of_the_bucket_is_behind_the_longest_retention() -> None:
    rules = resources()["RecordingsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (days,) = (each["ExpirationInDays"] for each in rules if "ExpirationInDays" in each)
    assert MOST_RETENTION_DAYS < days <= MOST_RETENTION_DAYS + 2
