"""S3 as the front gives it: presigned links are checked, conditional writes and locks are kept."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
import urllib3
from botocore.exceptions import ClientError

from infra.localcloud.deployment import Deployment
from tests.localcloud.aws.front import Front

FUNCTION = "PutThingFunction"
BODY = bytes(range(256)) * 8


@pytest.fixture
def bucket(front: Front, deployed: Deployment) -> str:
    name = deployed.physical_ids["Data.FilesBucket"]
    front.client("s3").put_object(Bucket=name, Key="things/a b.wav", Body=BODY, ContentType="audio/wav")
    return name


def link(front: Front, bucket: str, key: str = "things/a b.wav", signer: str = FUNCTION, **more: Any) -> str:
    client = front.client("s3", signer, signature_version="s3v4")
    parameters = {"Bucket": bucket, "Key": key, **more}
    return str(client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=300))


def get(url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", url, headers=headers, retries=False)


def test_a_link_gives_the_exact_bytes_under_its_file_name(front: Front, bucket: str) -> None:
    name = "attachment; filename=\"A song.wav\"; filename*=UTF-8''A%20song.wav"
    answer = get(link(front, bucket, ResponseContentDisposition=name, ResponseContentType="audio/x-wav"))
    assert (answer.status, answer.data) == (200, BODY)
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["Content-Type"] == "audio/x-wav"


def test_a_part_can_be_fetched(front: Front, bucket: str) -> None:
    answer = get(link(front, bucket), Range="bytes=100-199")
    assert (answer.status, answer.data) == (206, BODY[100:200])
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(BODY)}"


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r"things/a%20b\.wav", "things/other"),
        (r"X-Amz-Expires=300", "X-Amz-Expires=600000"),
        (r"(X-Amz-Date=\d{8}T\d{5})\d", r"\g<1>x"),
        (r"PutThingFunction", "WorkFunction"),
        (r"(X-Amz-Signature=\w{10})\w", r"\g<1>z"),
        (r"$", "&response-content-disposition=inline"),
        (r"&X-Amz-Signature=\w+", ""),
    ],
)
def test_an_altered_link_is_refused(front: Front, bucket: str, pattern: str, replacement: str) -> None:
    whole = link(front, bucket)
    altered = re.sub(pattern, replacement, whole, count=1)
    assert altered != whole
    answer = get(altered)
    assert answer.status in {400, 403}
    assert b"<Error><Code>" in answer.data
    assert get(whole).status == 200


def test_an_expired_link_is_refused(front: Front, bucket: str) -> None:
    url = link(front, bucket)
    front.move_clock(299 - 5)
    assert get(url).status == 200
    front.move_clock(301)
    answer = get(url)
    assert answer.status == 403
    assert b"Request has expired" in answer.data


def test_a_link_of_the_future_is_refused(front: Front, bucket: str) -> None:
    url = link(front, bucket)
    front.move_clock(-16 * 60)
    answer = get(url)
    assert answer.status == 403
    assert b"not yet valid" in answer.data


def test_a_link_opens_only_what_its_signer_may_read(front: Front, bucket: str) -> None:
    front.client("s3").put_object(Bucket=bucket, Key="others/1", Body=b"x")
    assert get(link(front, bucket, "others/1")).status == 403
    assert get(link(front, bucket, "others/1", signer="NoSuchFunction")).status == 403


def test_a_link_signed_the_old_way_is_refused_with_the_reason(front: Front, bucket: str) -> None:
    client = front.client("s3", FUNCTION, signature_version="s3")
    url = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "things/a b.wav"})
    answer = get(url)
    assert answer.status == 400
    assert b"Please use AWS4-HMAC-SHA256" in answer.data


def test_only_content_of_the_announced_checksum_can_be_put(front: Front, bucket: str) -> None:
    announced = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    client = front.client("s3", signature_version="s3v4")
    parameters = {"Bucket": bucket, "Key": "things/put", "ChecksumSHA256": announced, "ContentLength": len(BODY)}
    url = client.generate_presigned_url("put_object", Params=parameters, ExpiresIn=300)
    headers = {"x-amz-checksum-sha256": announced}
    answer = urllib3.request("PUT", url, body=BODY[::-1], headers=headers, retries=False)
    assert (answer.status, b"<Code>BadDigest</Code>" in answer.data) == (400, True)
    assert urllib3.request("PUT", url, body=BODY, headers=headers, retries=False).status == 200
    assert get(link(front, bucket, "things/put")).data == BODY


def test_nothing_is_open_without_a_signature(front: Front, bucket: str) -> None:
    answer = get(f"{front.url}/{bucket}/things/a%20b.wav")
    assert answer.status == 403
    assert b"AccessDenied" in answer.data


def test_the_length_is_returned_without_the_body(front: Front, bucket: str) -> None:
    head = front.client("s3").head_object(Bucket=bucket, Key="things/a b.wav")
    assert (head["ContentLength"], head["ContentType"]) == (len(BODY), "audio/wav")


def test_a_write_that_wants_absence_fails_on_presence(front: Front, bucket: str) -> None:
    client = front.client("s3")
    client.put_object(Bucket=bucket, Key="things/once", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=bucket, Key="things/once", Body=b"second", IfNoneMatch="*")
    assert client.get_object(Bucket=bucket, Key="things/once")["Body"].read() == b"first"


def test_a_locked_version_cannot_be_deleted(front: Front, bucket: str) -> None:
    client = front.client("s3")
    version = client.put_object(
        Bucket=bucket,
        Key="things/locked",
        Body=b"kept",
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate="2099-01-01T00:00:00Z",
    )["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket=bucket, Key="things/locked", VersionId=version)
    assert client.get_object(Bucket=bucket, Key="things/locked", VersionId=version)["Body"].read() == b"kept"
