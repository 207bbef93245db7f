"""Files of recordings in S3; they go there straight from the device."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.errors import Unavailable
from allmytracks.storage.ports_recordings import Arrived, Put, Uploads
from allmytracks.storage.rules_recordings import Piece, Recording

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# S3's answers for an object or upload that is not there; 403 without the right to list the bucket.
_ABSENT = frozenset({403, 404})


class S3RecordingFiles:
    """Recordings in a bucket whose versions are kept apart: the one that arrived first is the recording."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        # As for files of tickets (tickets/s3.py).
        # S3 answers a copy when it has copied the whole file.
        config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}, read_timeout=8)
        self._s3: S3Client = sdk_client("s3", config=config)

    def upload(self, recording: Recording, parts: Sequence[Piece], now: datetime) -> Uploads:
        seconds = max(1, int((recording.upload_until - now).total_seconds()))
        if not parts:
            bound = {"ContentType": recording.media_type, **_bound(recording.size, recording.sha256)}
            headers = {"Content-Type": recording.media_type, **_headers(recording.size, recording.sha256)}
            return Uploads(Put(self._signed("put_object", recording, bound, seconds), headers))
        signed = []
        for number, part in enumerate(parts, 1):
            place = {"UploadId": recording.upload_id, "PartNumber": number, **_bound(part.size, part.sha256)}
            signed.append(Put(self._signed("upload_part", recording, place, seconds), _headers(part.size, part.sha256)))
        completion = self._signed("complete_multipart_upload", recording, {"UploadId": recording.upload_id}, seconds)
        return Uploads(None, tuple(signed), Put(completion, {"Content-Type": "application/xml"}))

    def begin_parts(self, recording: Recording) -> str:
        with aws_call():
            begun = self._s3.create_multipart_upload(
                Bucket=self._bucket,
                Key=recording.key,
                ContentType=recording.media_type,
                ChecksumAlgorithm="SHA256",
            )
        return begun["UploadId"]

    def arrived(self, key: str) -> Arrived | None:
        try:
            with aws_call():
                found = self._s3.head_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _ABSENT:
                return None
            raise
        # Of parts S3 adds how many there were.
        checksum = found.get("ChecksumSHA256", "").partition("-")[0]
        digest = base64.b64decode(checksum).hex() if checksum else None
        return Arrived(found["ContentLength"], digest, found.get("VersionId", "null"))

    def remove(self, files: Sequence[tuple[str, str | None]]) -> None:
        objects: list[ObjectIdentifierTypeDef] = [
            {"Key": key, "VersionId": version} for key, version in files if version is not None
        ]
        if not objects:
            return
        with aws_call():
            done = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
        if done.get("Errors"):
            raise Unavailable

    def abort(self, key: str, upload_id: str) -> None:
        try:
            with aws_call():
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in _ABSENT:
                raise

    def _signed(self, operation: str, recording: Recording, bound: Mapping[str, Any], seconds: int) -> str:
        place = {"Bucket": self._bucket, "Key": recording.key}
        return self._s3.generate_presigned_url(operation, Params={**place, **bound}, ExpiresIn=seconds)


def _checksum(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode("ascii")


def _bound(size: int, sha256: str) -> dict[str, Any]:
    return {"ContentLength": size, "ChecksumSHA256": _checksum(sha256)}


def _headers(size: int, sha256: str) -> dict[str, str]:
    return {"Content-Length": str(size), "x-amz-checksum-sha256": _checksum(sha256)}
