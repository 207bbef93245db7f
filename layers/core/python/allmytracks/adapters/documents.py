"""Documents that are stored once: in S3, and the same in memory."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from allmytracks.domain.errors import Conflict, Unavailable
from allmytracks.domain.licenses import DocumentNotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MEDIA_TYPE = "application/pdf"
TRANSIENT = frozenset({"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"})
TAKEN = frozenset({"ConditionalRequestConflict", "PreconditionFailed"})


class S3Documents:
    """Documents in a bucket whose default retention locks each one (Object Lock)."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: S3Client = boto3.client("s3")

    def put(self, key: str, content: bytes) -> None:
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentType=MEDIA_TYPE,
                IfNoneMatch="*",
                ChecksumSHA256=base64.b64encode(hashlib.sha256(content).digest()).decode("ascii"),
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in TAKEN:
                raise Conflict("A document is stored under this key already.") from None
            if code in TRANSIENT:
                raise Unavailable from error
            raise
        except BotoCoreError as error:
            raise Unavailable from error

    def get(self, key: str) -> bytes:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            raise DocumentNotFound("The document is not there.") from None
        except ClientError as error:
            if error.response["Error"]["Code"] in TRANSIENT:
                raise Unavailable from error
            raise
        except BotoCoreError as error:
            raise Unavailable from error


@dataclass
class MemoryDocuments:
    """Documents in memory."""

    stored: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, content: bytes) -> None:
        if self.stored.setdefault(key, content) is not content:
            raise Conflict("A document is stored under this key already.")

    def get(self, key: str) -> bytes:
        if key not in self.stored:
            raise DocumentNotFound("The document is not there.")
        return self.stored[key]
