"""Marks of erasures: empty objects in a bucket, each with an account's id as its name; they outlive a table's loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MARKS = "erasures/"


class S3ErasureMarks:
    """Marks in S3, under a prefix whose lifecycle rule keeps them longer than any copy of the tables."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self.s3: S3Client = sdk_client("s3")

    def put(self, account_id: str) -> None:
        with aws_call():
            self.s3.put_object(Bucket=self._bucket, Key=f"{MARKS}{account_id}", Body=b"")
