"""Signed calls to an OpenSearch domain, retried while that helps.

Without a client library: these are six kinds of request, and the layers are near Lambda's limit.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from msgspec import Struct

from allmytracks.foundation.aws.client import Patience
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.errors import FIRST_PAUSE_SECONDS
from allmytracks.foundation.aws.time_left import seconds_left
from allmytracks.foundation.errors import Unavailable

# Rejected as too busy, by the domain's own proxies, or as shards are moved: the same request may succeed later.
TRANSIENT = frozenset({429, 500, 502, 503, 504})
NO_INDEX = "index_not_found_exception"
SEARCHING = Patience(tries=3, connecting=1, answering=2, altogether=5)
WRITING = Patience(tries=3, connecting=1, answering=15, altogether=20)


class Call(Struct, frozen=True):
    """One signed request."""

    method: str
    url: str
    body: bytes
    headers: Mapping[str, str]


class NoAnswerError(Exception):
    """The connection failed or timed out; whether the call took effect is unknown."""


# Sends a call, connecting and waiting for at most so many seconds: (status, body). Raises NoAnswerError.
Transport = Callable[[Call, float, float], tuple[int, bytes]]


class OpenSearchError(Exception):
    """The domain refused a call, and a retry would not help."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(status, kind, reason)
        self.status = status
        self.kind = kind


class OpenSearchCalls:
    """One domain. `transport` sends requests; the seam for tests."""

    def __init__(self, endpoint: str, environment: AwsEnvironment, transport: Transport | None = None) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._environment = environment
        self._transport = transport or _KeptConnections()

    def __call__(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, patience: Patience = SEARCHING
    ) -> dict[str, Any]:
        """The response. Must be idempotent: it is retried. Raises Unavailable, OpenSearchError."""
        return self._sent(method, path, b"" if body is None else msgspec.json.encode(body), patience)

    def lines(self, path: str, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Posts lines of JSON, of the bulk API; likewise."""
        return self._sent("POST", path, b"".join(msgspec.json.encode(each) + b"\n" for each in lines), WRITING)

    def _sent(self, method: str, path: str, body: bytes, patience: Patience) -> dict[str, Any]:
        ends_at = time.monotonic() + min(patience.altogether, seconds_left())
        reason: Exception | None = None
        for attempt in range(patience.tries):
            if attempt:
                time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 4**attempt))  # noqa: S311 - jitter, no secret
            seconds = min(patience.answering, ends_at - time.monotonic())
            if seconds <= 0:
                break
            try:
                status, text = self._transport(self._signed(method, path, body), patience.connecting, seconds)
            except NoAnswerError as error:
                reason = error
                continue
            if status < 300:
                answer: dict[str, Any] = msgspec.json.decode(text)
                return answer
            refused = _refusal(status, text)
            if status not in TRANSIENT:
                raise refused
            reason = refused
        raise Unavailable from reason

    def _signed(self, method: str, path: str, body: bytes) -> Call:
        url = self._endpoint + path
        request = AWSRequest(method, url, {"Content-Type": "application/json"}, body)
        SigV4Auth(self._environment.credentials(), "es", self._environment.region).add_auth(request)
        return Call(method, url, body, dict(request.headers))


class _KeptConnections:
    """The network transport; connections are kept."""

    def __init__(self) -> None:
        self._http = urllib3.PoolManager(retries=False)

    def __call__(self, call: Call, connecting: float, seconds: float) -> tuple[int, bytes]:
        wait = urllib3.Timeout(connect=min(connecting, seconds), read=seconds)
        try:
            answer = self._http.request(
                call.method, call.url, body=call.body, headers=call.headers, timeout=wait, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise NoAnswerError from error
        return answer.status, answer.data


def _refusal(status: int, text: bytes) -> OpenSearchError:
    """The error that a response tells; of a proxy, which may tell nothing in JSON, the status alone."""
    try:
        error = msgspec.json.decode(text, type=dict[str, Any]).get("error")
    except msgspec.DecodeError:
        error = None
    told = error if isinstance(error, dict) else {}
    return OpenSearchError(status, str(told.get("type", "")), str(told.get("reason", "")))
