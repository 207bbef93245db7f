"""AWS Signature Version 4 of the two kinds of request that a download makes: a call with JSON, a link to an object.

botocore's signer handles any request, derives the day's key each time, and took a tenth of the CPU of a download
(docs/decisions/2026-11-24-lean-aws-client.md). tests/foundation/test_sigv4_contract.py compares the two.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from botocore.credentials import ReadOnlyCredentials

ALGORITHM = "AWS4-HMAC-SHA256"


def signed_headers(
    keys: ReadOnlyCredentials, service: str, region: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> dict[str, str]:
    """The headers to POST `body` with to the root of a service; `headers`, the host among them, are signed as well."""
    stamp = _stamp(now)
    scope = _scope(stamp, region, service)
    own = {"x-amz-date": stamp, **({"x-amz-security-token": keys.token} if keys.token else {})}
    ordered = dict(sorted({**headers, **own}.items()))
    names = ";".join(ordered)
    lines = "".join(f"{name}:{value}\n" for name, value in ordered.items())
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    signature = _signature(keys, stamp, scope, request)
    ordered["authorization"] = (
        f"{ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return ordered


def signed_query(
    keys: ReadOnlyCredentials,
    region: str,
    host: str,
    path: str,
    parameters: Mapping[str, str],
    seconds: int,
    now: datetime,
) -> str:
    """The query with which anyone may GET the object at `path` (percent-encoded) from S3 for so many seconds."""
    stamp = _stamp(now)
    scope = _scope(stamp, region, "s3")
    all_parameters = {
        **parameters,
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{keys.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
        **({"X-Amz-Security-Token": keys.token} if keys.token else {}),
    }
    query = "&".join(f"{name}={_encoded(all_parameters[name])}" for name in sorted(all_parameters))
    request = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    return f"{query}&X-Amz-Signature={_signature(keys, stamp, scope, request)}"


def _stamp(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%SZ")


def _scope(stamp: str, region: str, service: str) -> str:
    return f"{stamp[:8]}/{region}/{service}/aws4_request"


def _signature(keys: ReadOnlyCredentials, stamp: str, scope: str, request: str) -> str:
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    return hmac.digest(_signing_key(str(keys.secret_key), scope), text.encode(), "sha256").hex()


@lru_cache(maxsize=64)
def _encoded(value: str) -> str:
    """A value of a query: most are the same from link to link, and the session token is long."""
    return quote(value, safe="~")


@lru_cache(maxsize=8)
def _signing_key(secret_key: str, scope: str) -> bytes:
    """A service's signing key of one day."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
