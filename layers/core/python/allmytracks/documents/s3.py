"""Documents that are stored once: in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from allmytracks.documents.rules import DocumentNotFound
from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MEDIA_TYPE = "application/pdf"
TAKEN = frozenset({"ConditionalRequestConflict", "PreconditionFailed"})


class S3Documents:
    """Documents in a bucket whose default retention locks each one (Object Lock)."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: S3Client = sdk_client("s3")

    def put(self, key: str, content: bytes) -> None:
        try:
            with aws_call():
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=content,
                    ContentType=MEDIA_TYPE,
                    IfNoneMatch="*",
                    # Object Lock asks for a checksum with every upload.
                    ChecksumAlgorithm="SHA256",
                )
        except ClientError as error:
            if error.response["Error"]["Code"] in TAKEN:
                raise Conflict("A document is stored under this key already.") from None
            raise

    def get(self, key: str) -> bytes:
        try:
            with aws_call():
                return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            raise DocumentNotFound("The document is not there.") from None
