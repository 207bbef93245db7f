"""Attached files: the fake and S3 keep the same contract; the link to upload binds size, type and checksum."""

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

from allmytracks.tickets.ports import AttachmentFiles
from allmytracks.tickets.rules_attachments import Attachment
from allmytracks.tickets.s3 import UPLOAD_SECONDS, S3AttachmentFiles
from tests.factories.instants import NOW
from tests.factories.tickets import PDF
from tests.fakes.tickets import MemoryAttachmentFiles

pytestmark = pytest.mark.clause("P-15days")
KEY = "requests/T-0000-0000-0001/1"
FILE = Attachment("1", "scan.pdf", "application/pdf", len(PDF), hashlib.sha256(PDF).hexdigest())


@dataclass
class Store:
    """Files, and how they arrive."""

    files: AttachmentFiles
    bucket: str | None = None

    def arrives(self, content: bytes) -> None:
        if isinstance(self.files, MemoryAttachmentFiles):
            self.files.stored[KEY] = content
        else:
            boto3.client("s3").put_object(Bucket=str(self.bucket), Key=KEY, Body=content)


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "memory":
        yield Store(MemoryAttachmentFiles())
        return
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="documents")
        yield Store(S3AttachmentFiles("documents"), "documents")


def test_what_did_not_arrive_is_nothing(store: Store) -> None:
    assert store.files.content(KEY, 10) is None


@pytest.mark.parametrize("most", [5, len(PDF) - 1, len(PDF), len(PDF) + 1])
def test_what_arrived_is_read_up_to_one_byte_more_than_is_permitted(store: Store, most: int) -> None:
    store.arrives(PDF)
    assert store.files.content(KEY, most) == PDF[: most + 1]


def test_an_upload_says_which_headers_to_send_and_until_when(store: Store) -> None:
    upload = store.files.upload(KEY, FILE, NOW)
    assert upload.attachment == FILE
    assert KEY in upload.url
    assert upload.expires_at == NOW + timedelta(seconds=UPLOAD_SECONDS)
    assert {"Content-Type": "application/pdf", "Content-Length": str(len(PDF))}.items() <= upload.headers.items()


@pytest.mark.parametrize("store", ["s3"], indirect=True)
def test_the_link_signs_size_type_and_checksum(store: Store) -> None:
    """S3 refuses a request whose signed headers differ, and content that does not have the signed checksum."""
    upload = store.files.upload(KEY, FILE, NOW)
    query = {name: values[0] for name, values in parse_qs(urlsplit(upload.url).query).items()}
    signed = set(query["X-Amz-SignedHeaders"].split(";"))
    checksum = base64.b64encode(hashlib.sha256(PDF).digest()).decode()
    assert {"host", "content-length", "content-type"} <= signed
    assert "x-amz-checksum-sha256" in signed or query.get("x-amz-checksum-sha256") == checksum
    assert upload.headers["x-amz-checksum-sha256"] == checksum
    assert (query["X-Amz-Algorithm"], query["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", str(UPLOAD_SECONDS))
