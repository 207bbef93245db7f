"""Imports, the audit log and orders' owners: in DynamoDB and in memory. Masters: in S3 and in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import boto3
import pytest
from moto import mock_aws
from msgspec.structs import replace

from allmytracks.catalogue.dynamodb_imports import DynamoImports
from allmytracks.catalogue.ports import Masters
from allmytracks.catalogue.ports_imports import Imports
from allmytracks.catalogue.rules import RenditionNotFound, rendition_of
from allmytracks.catalogue.rules_imports import Import, ImportNotFound, ImportStatus, Tally
from allmytracks.catalogue.s3 import S3Masters, s3_checksum
from allmytracks.foundation.audit.dynamodb import DynamoAuditLog
from allmytracks.foundation.audit.ports import AuditLog
from allmytracks.foundation.audit.rules import Act, Operator
from tests.factories.catalogue import NOW, later
from tests.fakes.catalogue import MemoryMasters
from tests.fakes.foundation import MemoryAuditLog
from tests.fakes.imports import MemoryImports

STORES = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
OPERATOR = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.7")


@pytest.fixture(params=STORES)
def imports(request: pytest.FixtureRequest) -> Imports:
    return MemoryImports() if request.param == "memory" else DynamoImports(request.getfixturevalue("accounts_table"))


@pytest.fixture(params=STORES)
def audit(request: pytest.FixtureRequest) -> AuditLog:
    return MemoryAuditLog() if request.param == "memory" else DynamoAuditLog(request.getfixturevalue("accounts_table"))


def test_an_import_is_read_back_as_last_stored(imports: Imports) -> None:
    tally = Tally(3, 2, 1, {"cover.jpg": "not audio"})
    record = Import("imp_1", "/music", ImportStatus.RUNNING, OPERATOR.arn, NOW, NOW, 1, 6, Tally())
    imports.put(record)
    imports.put(replace(record, status=ImportStatus.FINISHED, updated_at=later(3), tally=tally))
    assert imports.get("imp_1") == replace(record, status=ImportStatus.FINISHED, updated_at=later(3), tally=tally)
    with pytest.raises(ImportNotFound):
        imports.get("imp_2")


@pytest.mark.clause("P-security")
def test_acts_are_kept_by_their_day(audit: AuditLog) -> None:
    acts = [Act(f"act_{n}", "published", f"plans/{n}", OPERATOR, later(n)) for n in range(3)]
    other_day = Act("act_9", "account_banned", "acc", OPERATOR, later(24 * 60), "fraud")
    for act in (*reversed(acts), other_day):
        audit.record(act)
    assert sorted(audit.on_day(NOW.date()), key=lambda act: act.at) == acts
    assert audit.on_day(later(24 * 60).date()) == [other_day]


@dataclass
class Shelf:
    """Masters, and how their bytes get there."""

    masters: Masters
    put: Callable[[str, bytes], None]


@pytest.fixture(params=["memory", "s3"])
def shelf(request: pytest.FixtureRequest) -> Iterator[Shelf]:
    if request.param == "memory":
        memory = MemoryMasters()
        yield Shelf(memory, memory.stored.__setitem__)
        return
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="masters", CreateBucketConfiguration={"LocationConstraint": "ap-east-1"})

        def put(key: str, body: bytes) -> None:
            s3.put_object(Bucket="masters", Key=key, Body=body, ChecksumAlgorithm="SHA256")

        yield Shelf(S3Masters("masters"), put)


def test_only_the_whole_file_counts_as_there(shelf: Shelf) -> None:
    body = b"RIFF and what follows"
    wanted = rendition_of("trk_1", "wav", len(body), hashlib.sha256(body).hexdigest())
    assert wanted.key == "tracks/trk_1/wav.wav"
    assert not shelf.masters.holds(wanted)
    shelf.put(wanted.key, body[:-1])
    assert not shelf.masters.holds(wanted)
    shelf.put(wanted.key, body[:-1] + b"?")
    assert not shelf.masters.holds(wanted)
    shelf.put(wanted.key, body)
    assert shelf.masters.holds(wanted)


def test_a_small_file_is_read_whole(shelf: Shelf) -> None:
    wanted = rendition_of("trk_1", "waveform", 2, "ab" * 32)
    with pytest.raises(RenditionNotFound):
        shelf.masters.read(wanted)
    shelf.put(wanted.key, b"{}")
    assert shelf.masters.read(wanted) == b"{}"


def test_a_permission_to_upload_names_key_type_and_checksum(shelf: Shelf) -> None:
    wanted = rendition_of("trk_1", "mp3", 4, hashlib.sha256(b"body").hexdigest())
    upload = shelf.masters.upload(wanted, NOW)
    assert urlsplit(upload.url).path.endswith("tracks/trk_1/mp3.mp3")
    assert upload.headers == {"Content-Type": "audio/mpeg", "x-amz-checksum-sha256": s3_checksum(wanted.sha256)}
    assert upload.expires_at > NOW


def test_the_signature_of_an_upload_covers_type_and_checksum() -> None:
    wanted = rendition_of("trk_1", "mp3", 4, hashlib.sha256(b"body").hexdigest())
    with mock_aws():
        url = S3Masters("masters").upload(wanted, NOW).url
    assert "X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-checksum-sha256" in url


def test_an_upload_goes_to_the_host_of_the_buckets_own_region() -> None:
    url = S3Masters("masters").upload(rendition_of("trk-1", "wav", 10, "ab" * 32), NOW).url
    assert urlsplit(url).hostname == "masters.s3.ap-east-1.amazonaws.com"
