"""Signed links to objects in S3."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.sigv4 import signed_query
from allmytracks.foundation.links import Link

_UNQUOTABLE = re.compile(r'[^ -~]|["\\/%]')


def content_disposition(file_name: str) -> str:
    """The Content-Disposition for `file_name`: in full by RFC 6266, in ASCII for old clients."""
    plain = _UNQUOTABLE.sub("_", file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


class S3LinkSigner:
    """Presigned GETs without an S3 client: the same links as boto3's (tests/downloads/test_links_contract.py).

    An S3 client costs a quarter of such a function's cold start (docs/decisions/2026-11-22-links.md). `bucket` is in
    AWS's standard partition and has no dots in its name.
    """

    def __init__(self, bucket: str, seconds: int, environment: AwsEnvironment) -> None:
        self._environment = environment
        self._seconds = seconds
        endpoint = environment.endpoint("s3")
        self._root = f"{endpoint}/{bucket}" if endpoint else f"https://{bucket}.s3.{environment.region}.amazonaws.com"
        self._host, self._path = urlsplit(self._root)[1:3]

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        key = quote(object_key, safe="/~")
        parameters = {
            "response-content-disposition": content_disposition(file_name),
            "response-content-type": media_type,
        }
        query = signed_query(
            self._environment.credentials(),
            self._environment.region,
            self._host,
            f"{self._path}/{key}",
            parameters,
            self._seconds,
            now,
        )
        return Link(f"{self._root}/{key}?{query}", now + timedelta(seconds=self._seconds))
