"""Audio files in the masters bucket: signed uploads, and whether they are complete."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from allmytracks.catalogue.ports import Upload
from allmytracks.catalogue.rules import Rendition, RenditionNotFound
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Long enough for a large master over a slow line; a link signed with a function's credentials may expire sooner.
UPLOAD_SECONDS = 3600


def s3_checksum(sha256: str) -> str:
    """A hexadecimal SHA-256 as S3 writes it."""
    return base64.b64encode(bytes.fromhex(sha256)).decode("ascii")


class S3Masters:
    """Masters in S3; uploads go there straight from the operator's machine."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        # By default links name the global host, which redirects uploads to new buckets of other regions.
        # S3 answers a copy when it has copied the whole file.
        config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}, read_timeout=8)
        self._s3: S3Client = sdk_client("s3", config=config)

    def upload(self, rendition: Rendition, now: datetime) -> Upload:
        checksum = s3_checksum(rendition.sha256)
        url = self._s3.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": rendition.key,
                "ContentType": rendition.media_type,
                "ChecksumSHA256": checksum,
            },
            ExpiresIn=UPLOAD_SECONDS,
        )
        # S3 computes the checksum of what arrives and refuses anything else.
        headers = {"Content-Type": rendition.media_type, "x-amz-checksum-sha256": checksum}
        return Upload(rendition.format, url, headers, now + timedelta(seconds=UPLOAD_SECONDS))

    def read(self, rendition: Rendition) -> bytes:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=rendition.key)["Body"].read()
        except BotoCoreError as error:
            raise Unavailable from error
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            # As for `holds`.
            if status in {403, 404}:
                raise RenditionNotFound(f"This track has no {rendition.format}.") from None
            if status >= 500:
                raise Unavailable from error
            raise

    def holds(self, rendition: Rendition) -> bool:
        try:
            found = self._s3.head_object(Bucket=self._bucket, Key=rendition.key, ChecksumMode="ENABLED")
        except BotoCoreError as error:
            raise Unavailable from error
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            # Without the right to list a bucket, S3 answers 403 for a key that is not there.
            if status in {403, 404}:
                return False
            if status >= 500:
                raise Unavailable from error
            raise
        wanted = s3_checksum(rendition.sha256)
        return found["ContentLength"] == rendition.size and found.get("ChecksumSHA256", wanted) == wanted
