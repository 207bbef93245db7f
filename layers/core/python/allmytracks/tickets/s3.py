"""Attached files in the documents bucket."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import ClientError

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.tickets.ports import Upload
from allmytracks.tickets.rules_attachments import Attachment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Long enough for ten megabytes over a slow line; a link made with a function's credentials may end sooner.
UPLOAD_SECONDS = 900


class S3AttachmentFiles:
    """Files in S3; they go there straight from the member's browser."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        # By default links name the host of all regions, which redirects uploads to a young bucket elsewhere.
        config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        self._s3: S3Client = sdk_client("s3", config=config)

    def upload(self, key: str, attachment: Attachment, now: datetime) -> Upload:
        checksum = base64.b64encode(bytes.fromhex(attachment.sha256)).decode("ascii")
        # All of it is signed: S3 refuses another size, another type, and any content with another checksum.
        url = self._s3.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentType": attachment.media_type,
                "ContentLength": attachment.size,
                "ChecksumSHA256": checksum,
            },
            ExpiresIn=UPLOAD_SECONDS,
        )
        headers = {
            "Content-Type": attachment.media_type,
            "Content-Length": str(attachment.size),
            "x-amz-checksum-sha256": checksum,
        }
        return Upload(attachment, url, headers, now + timedelta(seconds=UPLOAD_SECONDS))

    def content(self, key: str, most: int) -> bytes | None:
        try:
            with aws_call():
                found = self._s3.get_object(Bucket=self._bucket, Key=key)
                return found["Body"].read(most + 1)
        except ClientError as error:
            # Without the right to list a bucket, S3 answers 403 for a key that is not there.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in {403, 404}:
                return None
            raise
