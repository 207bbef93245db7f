"""Checks presigned S3 links as S3 does: the signature by botocore's own signer, the expiry by the local clock."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.localcloud import credentials
from infra.localcloud.front.requests import Request

_LONGEST_SECONDS = 7 * 24 * 3600
_TOLERANCE = dt.timedelta(minutes=15)
_FORMAT = "%Y%m%dT%H%M%SZ"


class LinkRefusedError(Exception):
    """S3's response to an invalid link; `code` is the one in its XML."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def check(request: Request) -> None:
    """Raise LinkRefusedError unless the link is unaltered, signed with this key, not expired, and fits what is put."""
    query = request.query
    missing = {"X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"} - set(query)
    if missing or query.get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256":
        raise LinkRefusedError("AuthorizationQueryParametersError", "Query-string authentication version 4 is required")
    try:
        signed_at = dt.datetime.strptime(query["X-Amz-Date"], _FORMAT).replace(tzinfo=dt.UTC)
        lifetime = int(query["X-Amz-Expires"])
    except ValueError:
        raise LinkRefusedError("AuthorizationQueryParametersError", "X-Amz-Date or X-Amz-Expires is invalid") from None
    if not 0 <= lifetime <= _LONGEST_SECONDS:
        raise LinkRefusedError("AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week")
    if not hmac.compare_digest(_signature(request).encode(), query["X-Amz-Signature"].encode()):
        message = "The request signature we calculated does not match the signature you provided."
        raise LinkRefusedError("SignatureDoesNotMatch", message)
    now = dt.datetime.now(dt.UTC)
    if now < signed_at - _TOLERANCE:
        raise LinkRefusedError("AccessDenied", "Request is not yet valid")
    if now >= signed_at + dt.timedelta(seconds=lifetime):
        raise LinkRefusedError("AccessDenied", "Request has expired")
    _check_content(request)


def _check_content(request: Request) -> None:
    """What is put has the checksum that was announced with it: S3 compares, and stores nothing else."""
    announced = request.headers.get("x-amz-checksum-sha256")
    if request.method == "PUT" and announced is not None:
        actual = base64.b64encode(hashlib.sha256(request.body).digest()).decode("ascii")
        if not hmac.compare_digest(actual.encode(), announced.encode()):
            message = "The SHA256 you specified did not match the calculated checksum."
            raise LinkRefusedError("BadDigest", message)


def _signature(request: Request) -> str:
    pairs = [pair for pair in request.query_string.split("&") if not pair.startswith("X-Amz-Signature=")]
    host = request.headers["host"]
    url = f"http://{host}{request.raw_path}?{'&'.join(pairs)}"
    names = request.query["X-Amz-SignedHeaders"].split(";")
    headers = {name: request.headers.get(name, "") for name in names}
    signed = AWSRequest(method=request.method, url=url, headers=headers)
    signed.context["timestamp"] = request.query["X-Amz-Date"]
    key = Credentials(request.key_id or "", credentials.SECRET)
    signer = S3SigV4QueryAuth(key, "s3", request.region or "", expires=int(request.query["X-Amz-Expires"]))
    return str(signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed))
