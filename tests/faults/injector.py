"""Injected faults of AWS calls: the request is sent or not, and its caller sees a failure."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ConnectTimeoutError

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.aws.connections import NoAnswerError, SignedCall
from allmytracks.foundation.errors import Unavailable

if TYPE_CHECKING:
    from botocore.client import BaseClient

T = TypeVar("T")
TARGET = "com.amazonaws.dynamodb.v20120810#"


class Killed(BaseException):
    """The function's process ended here; nothing in it may catch this or clean up after it."""


class Kind(StrEnum):
    """How a call fails."""

    THROTTLED = "throttled"
    TIMED_OUT = "timed out"
    CONFLICT = "conflict"
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


# A refusal has no effect. A connection that is cut is, to the caller, one that timed out.
EVERY_FAULT = [
    *(Fault(kind, Moment.BEFORE) for kind in Kind),
    *(Fault(kind, Moment.AFTER) for kind in (Kind.TIMED_OUT, Kind.KILLED)),
]
Plan = Callable[[int, str], Fault | None]


def no_faults(_number: int, _operation: str) -> Fault | None:
    return None


class FallibleCalls:
    """Calls that fail as planned.

    `plan` is called for each request that is sent, with its number since the last `expect` (from 0, the client's own
    repetitions counted) and its operation; `sent` lists the operations.
    """

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._plan: Plan = no_faults
        self._lock = threading.Lock()

    def expect(self, plan: Plan) -> None:
        """Starts counting again, with other faults to come."""
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
    """Sits between our own client of one DynamoDB, which PynamoDB's models use as well, and the network."""

    def __init__(self, client: AwsClient) -> None:
        super().__init__()
        self._transport = client.transport
        client.transport = self._send

    def _send(self, call: SignedCall, seconds: float) -> tuple[int, bytes]:
        fault = self.next_fault(call.operation)
        if fault is None:
            return self._transport(call, seconds)
        if fault.moment is Moment.AFTER:
            self._transport(call, seconds)
        if fault.kind is Kind.KILLED:
            raise Killed
        if fault.kind is Kind.TIMED_OUT:
            raise NoAnswerError
        return 400, _refusal_of(fault.kind, call.operation, call.body)


def attach(calls: FallibleCalls, client: BaseClient) -> None:
    """Has the calls of one of botocore's clients fail as planned: refused connections, and the end of the process."""
    service = client.meta.service_model.service_name
    failing: dict[str, Fault | None] = {}

    def fail(fault: Fault) -> None:
        if fault.kind is Kind.KILLED:
            raise Killed
        raise ConnectTimeoutError(endpoint_url="as planned")

    def before(model: Any, **_: Any) -> None:
        fault = failing[model.name] = calls.next_fault(model.name)
        if fault is not None and fault.moment is Moment.BEFORE:
            fail(fault)

    def after(model: Any, **_: Any) -> None:
        fault = failing.pop(model.name, None)
        if fault is not None:
            fail(fault)

    client.meta.events.register(f"before-call.{service}", before)
    client.meta.events.register(f"after-call.{service}", after)


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
