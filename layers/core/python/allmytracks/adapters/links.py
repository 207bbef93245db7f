"""Signed links to objects in S3, and a twin that signs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from allmytracks.ports.downloads import Link


def content_disposition(file_name: str) -> str:
    """Saves under `file_name`: in full for readers of RFC 6266, in plain letters for others."""
    plain = "".join(each if each.isascii() and each not in '"\\\\' else "_" for each in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


class S3LinkSigner:
    """Presigned GETs by botocore's signer for S3, without an S3 client: the same links (tests/contract/test_links.py).

    A client costs a quarter of such a function's cold start and two thirds of a link's CPU
    (docs/decisions/2026-11-22-links.md). `bucket` is one of AWS's standard partition, without dots in its name.
    """

    def __init__(self, bucket: str, seconds: int) -> None:
        session = Session(session_vars={"s3_endpoint": (None, ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"], None, None)})
        self._seconds = seconds
        self._region: str = session.get_config_variable("region")
        endpoint = session.get_config_variable("s3_endpoint")
        self._address = f"{endpoint}/{bucket}" if endpoint else f"https://{bucket}.s3.{self._region}.amazonaws.com"
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        self._credentials = credentials

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        request = AWSRequest(
            "GET",
            f"{self._address}/{quote(object_key, safe='/~')}",
            params={
                "response-content-disposition": content_disposition(file_name),
                "response-content-type": media_type,
            },
        )
        # Frozen for one signature: a function's credentials are replaced while it lives.
        credentials = self._credentials.get_frozen_credentials()
        S3SigV4QueryAuth(credentials, "s3", self._region, expires=self._seconds).add_auth(request)
        return Link(str(request.url), now + timedelta(seconds=self._seconds))


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
