"""Recordings and their files: the fakes, DynamoDB and S3 keep one contract."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws
from msgspec.structs import replace

from allmytracks.storage.dynamodb_recordings import DynamoRecordings
from allmytracks.storage.ports_recordings import Arrived, Due, RecordingFiles, Recordings
from allmytracks.storage.rules_recordings import (
    Piece,
    Recording,
    RecordingNotFound,
    RecordingStatus,
    Usage,
    recording_of,
)
from allmytracks.storage.s3_recordings import S3RecordingFiles
from tests.factories.instants import NOW
from tests.factories.storage import CONTENT, announcement
from tests.fakes.storage import MemoryRecordingFiles, MemoryRecordings

DEVICE, SIZE = "dev_1", len(CONTENT)
MUCH = 1_000_000


def recording(minutes: int = 1, device: str = DEVICE, account: str = "acc-1") -> Recording:
    return recording_of(account, device, announcement(NOW - timedelta(minutes=minutes)), NOW)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def recordings(request: pytest.FixtureRequest) -> Recordings:
    if request.param == "memory":
        return MemoryRecordings()
    return DynamoRecordings(request.getfixturevalue("recordings_table"))


def test_a_recording_is_announced_once_and_counted_once(recordings: Recordings) -> None:
    wanted = recording()
    assert recordings.usage("acc-1", DEVICE) == Usage()
    later = replace(wanted, upload_until=NOW + timedelta(days=1))
    assert [recordings.announce(each, MUCH) for each in (wanted, later)] == [wanted, wanted]
    assert recordings.get("acc-1", wanted.id) == wanted
    assert recordings.usage("acc-1", DEVICE) == Usage(SIZE, 1)
    with pytest.raises(RecordingNotFound):
        recordings.get("acc-2", wanted.id)


def test_a_device_never_holds_more_than_it_may(recordings: Recordings) -> None:
    assert recordings.announce(recording(0), SIZE - 1) is None
    assert recordings.announce(recording(1), 2 * SIZE) is not None
    assert recordings.announce(recording(2), 2 * SIZE) is not None
    assert recordings.announce(recording(3), 2 * SIZE) is None
    assert recordings.announce(recording(2), 2 * SIZE) == recording(2), "what is announced already needs no room"
    assert recordings.announce(recording(3, "dev_2"), SIZE) is not None
    recordings.remove([recording(1)])
    assert recordings.announce(recording(3), 2 * SIZE) is not None


def test_recordings_are_listed_by_device_and_time_page_by_page(recordings: Recordings) -> None:
    for minutes in (3, 1, 2, 5, 4):
        recordings.announce(recording(minutes), MUCH)
    recordings.announce(recording(2, "dev_2"), MUCH)
    recordings.announce(recording(2, account="acc-2"), MUCH)
    since, until = NOW - timedelta(minutes=4), NOW - timedelta(minutes=1)
    first = recordings.page("acc-1", DEVICE, since, until, limit=3)
    assert list(first.items) == [recording(4), recording(3), recording(2)]
    second = recordings.page("acc-1", DEVICE, since, until, limit=3, cursor=first.next_cursor)
    assert list(second.items) == [recording(1)]
    assert second.next_cursor is None
    begun = recordings.page("acc-1", DEVICE, since, until, limit=1)
    # The oldest that is kept moves on while a member turns the pages.
    rest = recordings.page("acc-1", DEVICE, NOW - timedelta(minutes=2), until, limit=3, cursor=begun.next_cursor)
    assert list(rest.items) == [recording(2), recording(1)]
    earlier = recordings.page("acc-1", DEVICE, since, NOW - timedelta(minutes=5), limit=3, cursor=first.next_cursor)
    assert (list(earlier.items), earlier.next_cursor) == ([], None)


def test_a_recording_is_kept_once(recordings: Recordings) -> None:
    wanted = recording()
    assert not recordings.keep(wanted, "1", NOW)
    recordings.announce(wanted, MUCH)
    assert [recordings.keep(wanted, version, NOW) for version in ("1", "2")] == [True, False]
    kept = recordings.get("acc-1", wanted.id)
    assert (kept.status, kept.version) == (RecordingStatus.KEPT, "1")
    assert recordings.announce(wanted, MUCH) == kept


def test_an_upload_in_parts_has_one_id(recordings: Recordings) -> None:
    recordings.announce(recording(), MUCH)
    ids = [recordings.in_parts(replace(recording(), upload_id=each)).upload_id for each in ("a", "b")]
    assert ids == ["a", "a"]


def test_what_is_removed_twice_is_counted_out_once(recordings: Recordings) -> None:
    all_of_them = [recording(minutes) for minutes in range(90)]
    for each in all_of_them:
        recordings.announce(each, MUCH)
    recordings.remove(all_of_them[:3])
    recordings.remove(all_of_them)
    assert recordings.usage("acc-1", DEVICE) == Usage(0, 0)
    assert recordings.page("acc-1", DEVICE, NOW - timedelta(days=1), NOW, limit=10).items == []


def test_the_sweep_is_told_what_is_due(recordings: Recordings) -> None:
    upload, kept = recording(1), recording(2)
    for each in (upload, kept):
        recordings.announce(each, MUCH)
    recordings.keep(kept, "1", NOW + timedelta(hours=2))
    assert recordings.due(NOW, 10) == []
    over = upload.upload_until
    assert recordings.due(over, 10) == [Due("acc-1", "", upload.id)]
    assert list(recordings.due(NOW + timedelta(hours=2), 10)) == [Due("acc-1", "", upload.id), Due("acc-1", DEVICE)]
    recordings.remove([upload])
    recordings.look_at("acc-1", DEVICE, NOW + timedelta(hours=3))
    assert recordings.due(NOW + timedelta(hours=2), 10) == []
    recordings.look_at("acc-1", DEVICE, None)
    assert recordings.due(NOW + timedelta(days=9), 10) == []


@dataclass
class Store:
    """Files, and how they arrive."""

    files: RecordingFiles
    bucket: str | None = None

    def arrives(self, key: str, content: bytes) -> None:
        digest = hashlib.sha256(content)
        if isinstance(self.files, MemoryRecordingFiles):
            self.files.stored[key] = Arrived(len(content), digest.hexdigest(), "1")
        else:
            checksum = base64.b64encode(digest.digest()).decode()
            s3 = boto3.client("s3")
            s3.put_object(
                Bucket=str(self.bucket), Key=key, Body=content, ChecksumAlgorithm="SHA256", ChecksumSHA256=checksum
            )


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "memory":
        yield Store(MemoryRecordingFiles())
        return
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="recordings")
        s3.put_bucket_versioning(Bucket="recordings", VersioningConfiguration={"Status": "Enabled"})
        yield Store(S3RecordingFiles("recordings"), "recordings")


def test_a_file_is_seen_with_its_checksum_and_removed_for_good(store: Store) -> None:
    key = recording().key
    assert store.files.arrived(key) is None
    store.arrives(key, CONTENT)
    arrived = store.files.arrived(key)
    assert arrived is not None
    assert (arrived.size, arrived.sha256) == (SIZE, hashlib.sha256(CONTENT).hexdigest())
    store.files.remove([(key, None)])
    assert store.files.arrived(key) == arrived
    for _ in range(2):
        store.files.remove([(key, arrived.version)])
    assert store.files.arrived(key) is None


def test_a_recording_is_uploaded_at_once_or_in_parts(store: Store) -> None:
    whole = store.files.upload(recording(), (), NOW)
    assert whole.whole is not None
    assert (whole.parts, whole.completion) == ((), None)
    assert whole.whole.headers["Content-Length"] == str(SIZE)
    upload_id = store.files.begin_parts(recording())
    begun = replace(recording(), upload_id=upload_id, parts=2)
    parts = store.files.upload(begun, (Piece(7, "1" * 64), Piece(3, "2" * 64)), NOW)
    assert [each.headers["Content-Length"] for each in parts.parts] == ["7", "3"]
    assert parts.completion is not None
    for _ in range(2):
        store.files.abort(recording().key, upload_id)


@pytest.mark.parametrize("store", ["s3"], indirect=True)
def test_the_links_sign_size_type_and_checksum(store: Store) -> None:
    """S3 refuses a request whose signed headers differ, and content that does not have the signed checksum."""
    wanted, checksum = recording(), base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    whole = store.files.upload(wanted, (), NOW).whole
    begun = replace(wanted, upload_id="some-upload", parts=1)
    (part,) = store.files.upload(begun, (Piece(SIZE, wanted.sha256),), NOW).parts
    assert whole is not None
    for put, names in ((whole, {"host", "content-length", "content-type"}), (part, {"host", "content-length"})):
        query = {name: values[0] for name, values in parse_qs(urlsplit(put.url).query).items()}
        signed = set(query["X-Amz-SignedHeaders"].split(";"))
        assert names <= signed
        assert "x-amz-checksum-sha256" in signed or query.get("x-amz-checksum-sha256") == checksum
        assert put.headers["x-amz-checksum-sha256"] == checksum
        assert query["X-Amz-Expires"] == "900"
