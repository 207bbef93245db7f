"""Documents that are stored once: the twin and S3 as moto plays it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from allmytracks.documents.ports import Documents
from allmytracks.documents.rules import DocumentNotFound
from allmytracks.documents.s3 import S3Documents
from allmytracks.foundation.errors import Conflict, Unavailable
from tests.fakes.documents import MemoryDocuments

BUCKET = "letters"


@pytest.fixture(params=["memory", "s3"])
def documents(request: pytest.FixtureRequest) -> Iterator[Documents]:
    if request.param == "memory":
        yield MemoryDocuments()
        return
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(
            Bucket=BUCKET,
            ObjectLockEnabledForBucket=True,
            CreateBucketConfiguration={"LocationConstraint": "ap-east-1"},
        )
        s3.put_object_lock_configuration(
            Bucket=BUCKET,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
            },
        )
        yield S3Documents(BUCKET)


def test_a_document_is_read_back_byte_for_byte(documents: Documents) -> None:
    documents.put("letters/a.pdf", b"%PDF-1.7 \x00\xff")
    assert documents.get("letters/a.pdf") == b"%PDF-1.7 \x00\xff"


def test_a_stored_document_is_never_replaced(documents: Documents) -> None:
    documents.put("letters/a.pdf", b"first")
    with pytest.raises(Conflict):
        documents.put("letters/a.pdf", b"second")
    assert documents.get("letters/a.pdf") == b"first"


def test_a_missing_document_is_reported(documents: Documents) -> None:
    with pytest.raises(DocumentNotFound):
        documents.get("letters/none.pdf")


def test_a_stored_document_is_locked_and_is_a_pdf() -> None:
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(
            Bucket=BUCKET,
            ObjectLockEnabledForBucket=True,
            CreateBucketConfiguration={"LocationConstraint": "ap-east-1"},
        )
        S3Documents(BUCKET).put("letters/a.pdf", b"first")
        assert s3.head_object(Bucket=BUCKET, Key="letters/a.pdf")["ContentType"] == "application/pdf"


def test_a_busy_s3_means_try_again() -> None:
    documents = S3Documents(BUCKET)
    with Stubber(documents._s3) as stubber:
        stubber.add_client_error("put_object", "SlowDown", http_status_code=503)
        with pytest.raises(Unavailable):
            documents.put("letters/a.pdf", b"first")
