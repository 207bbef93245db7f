"""Injected faults of AWS calls: the request is sent or not, and its caller sees a failure.

Our own client sends calls through a transport; botocore's are intercepted by its own events.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, TypeVar

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.retries.standard import RetryEventAdapter, StandardRetryConditions

from allmytracks.foundation.aws.client import AwsClient, NoAnswerError, SignedCall
from allmytracks.foundation.errors import Unavailable

T = TypeVar("T")
SDK_ATTEMPTS = 3
TARGET = "com.amazonaws.dynamodb.v20120810#"


class Killed(BaseException):
    """The function's process ended here; nothing in it may catch this or clean up after it."""


class Kind(StrEnum):
    """How a call fails."""

    THROTTLED = "throttled"
    TIMED_OUT = "timed out"
    CONFLICT = "conflict"
    CUT = "cut"
    KILLED = "killed"


class Moment(StrEnum):
    """Whether the call took effect before it failed."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure of one call."""

    kind: Kind
    moment: Moment

    def __str__(self) -> str:
        return f"{self.kind} {self.moment} it took effect"


EVERY_FAULT = [Fault(kind, moment) for kind in Kind for moment in Moment]
Plan = Callable[[int, str], Fault | None]


def no_faults(_number: int, _operation: str) -> Fault | None:
    return None


class FallibleCalls:
    """Calls that fail as planned.

    `plan` is called for each request that is sent, with its number since the last `expect` (from 0, the SDK's own
    repetitions counted) and its operation; `sent` lists the operations.
    """

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._plan: Plan = no_faults
        self._lock = threading.Lock()

    def expect(self, plan: Plan) -> None:
        """Starts counting anew, with other faults to come."""
        with self._lock:
            self.sent = []
            self._plan = plan

    def next_fault(self, operation: str) -> Fault | None:
        """Counts one more request."""
        with self._lock:
            fault = self._plan(len(self.sent), operation)
            self.sent.append(operation)
        return fault

    def send(self, operation: str, effect: Callable[[], T]) -> T:
        """A call to a twin in memory; it fails as an adapter's whole call does. Raises Unavailable, Killed."""
        fault = self.next_fault(operation)
        if fault is None:
            return effect()
        if fault.moment is Moment.AFTER:
            effect()
        if fault.kind is Kind.KILLED:
            raise Killed
        raise Unavailable


class FaultInjector(FallibleCalls):
    """Intercepts two clients of one DynamoDB: botocore's, under PynamoDB, and our own.

    The SDK retries as usual, without pauses.
    """

    def __init__(self, client: BaseClient, own: AwsClient) -> None:
        super().__init__()
        self._transport = own.transport
        own.transport = self._send_own
        self._session = client._endpoint.http_session  # type: ignore[attr-defined]  # what botocore sends with
        self._conditions = StandardRetryConditions(max_attempts=SDK_ATTEMPTS)
        self._contexts = RetryEventAdapter()
        service = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register_first(f"before-send.{service}", self._before_send)  # type: ignore[arg-type]  # the stubs do not cover responses of handlers
        client.meta.events.register_first(f"needs-retry.{service}", self._at_once)  # type: ignore[arg-type]  # as above

    def _send_own(self, call: SignedCall, seconds: float) -> tuple[int, bytes]:
        fault = self.next_fault(call.operation)
        if fault is None:
            return self._transport(call, seconds)
        if fault.moment is Moment.AFTER:
            self._transport(call, seconds)
        if fault.kind is Kind.KILLED:
            raise Killed
        if fault.kind in (Kind.TIMED_OUT, Kind.CUT):
            raise NoAnswerError
        return 400, _refusal_of(fault.kind, call.operation, call.body)

    def _before_send(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        fault = self.next_fault(operation)
        if fault is None:
            return None
        if fault.moment is Moment.AFTER:
            _ = self._session.send(request).content
        return _failure(fault.kind, operation, request)

    def _at_once(self, **event: Any) -> float | None:
        """Repeats at once what the SDK's standard mode repeats after a pause."""
        return 0.0 if self._conditions.is_retryable(self._contexts.create_retry_context(**event)) else None


def _failure(kind: Kind, operation: str, request: AWSPreparedRequest) -> AWSResponse:
    if kind is Kind.KILLED:
        raise Killed
    if kind is Kind.TIMED_OUT:
        raise ReadTimeoutError(endpoint_url=request.url)
    if kind is Kind.CUT:
        raise ConnectionClosedError(endpoint_url=request.url)
    headers = HTTPHeaders.from_dict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse(request.url, 400, headers, _Body(_refusal_of(kind, operation, _text(request))))


def _refusal_of(kind: Kind, operation: str, asked: bytes) -> bytes:
    """DynamoDB's response to a throttled or conflicting request."""
    if kind is Kind.CONFLICT and operation == "TransactWriteItems":
        items = json.loads(asked)["TransactItems"]
        reasons = [{"Code": "None"} for _ in items[1:]] + [{"Code": "TransactionConflict", "Message": "In use."}]
        return _refusal("TransactionCanceledException", CancellationReasons=reasons)
    if kind is Kind.CONFLICT:
        return _refusal("TransactionConflictException")
    return _refusal("ThrottlingException")


def _refusal(code: str, **more: object) -> bytes:
    return json.dumps({"__type": TARGET + code, "message": "As planned.", **more}).encode()


def _text(request: AWSPreparedRequest) -> bytes:
    """DynamoDB's requests are JSON."""
    assert isinstance(request.body, bytes)
    return request.body


class _Body(BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.getvalue()
