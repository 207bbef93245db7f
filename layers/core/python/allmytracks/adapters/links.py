"""Signed links to objects in S3, and a twin that signs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import boto3
from botocore.config import Config

from allmytracks.ports.downloads import Link

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def content_disposition(file_name: str) -> str:
    """Saves under `file_name`: in full for readers of RFC 6266, in plain letters for others."""
    plain = "".join(each if each.isascii() and each not in '"\\\\' else "_" for each in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


class S3LinkSigner:
    """Presigned GETs; a signature is computed here, S3 is not asked."""

    def __init__(self, bucket: str, seconds: int) -> None:
        self._bucket = bucket
        self._seconds = seconds
        # Signature version 4 and the regional host, whatever the defaults of the day are.
        self._s3: S3Client = boto3.client("s3", config=Config(signature_version="s3v4"))

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        url = self._s3.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": object_key,
                "ResponseContentDisposition": content_disposition(file_name),
                "ResponseContentType": media_type,
            },
            ExpiresIn=self._seconds,
        )
        return Link(url, now + timedelta(seconds=self._seconds))


@dataclass
class MemoryLinkSigner:
    """Addresses that tell what was asked for."""

    seconds: int = 300

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        expires_at = now + timedelta(seconds=self.seconds)
        name = quote(file_name, safe="")
        return Link(
            f"memory://{object_key}?name={name}&type={media_type}&until={expires_at.timestamp():.0f}", expires_at
        )
