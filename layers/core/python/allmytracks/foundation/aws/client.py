"""AWS's JSON APIs over kept connections, with botocore's credentials and endpoints, for time-critical functions.

A botocore client costs a third of such a function's cold start, and each of its calls several times this one's CPU
(docs/decisions/2026-11-24-lean-aws-client.md).
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from allmytracks.foundation.aws.connections import KeptConnections, NoAnswerError, SignedCall, Transport
from allmytracks.foundation.aws.environment import AwsEnvironment, aws_environment
from allmytracks.foundation.aws.errors import (
    CANCELED,
    CONFLICT_TRIES,
    FIRST_PAUSE_SECONDS,
    TRANSIENT,
    TRANSIENT_REASONS,
)
from allmytracks.foundation.aws.sigv4 import signed_headers
from allmytracks.foundation.aws.time_left import seconds_left
from allmytracks.foundation.errors import Unavailable


class Service(Struct, frozen=True):
    """A service with a JSON protocol: its name in signatures and hosts, in settings, and in X-Amz-Target."""

    name: str
    setting: str
    target: str
    json_version: str


DYNAMODB = Service("dynamodb", "dynamodb", "DynamoDB_20120810", "1.0")
SQS = Service("sqs", "sqs", "AmazonSQS", "1.0")
EVENTBRIDGE = Service("events", "eventbridge", "AWSEvents", "1.1")
KMS = Service("kms", "kms", "TrentService", "1.1")
SECRETS_MANAGER = Service("secretsmanager", "secrets_manager", "secretsmanager", "1.1")


class Patience(Struct, frozen=True):
    """The retry policy: number of tries, time-out of one try and of all together, in seconds."""

    tries: int
    connecting: float
    answering: float
    altogether: float


# All tries end well before a function's time-out of ten seconds; a function may set an earlier deadline (time_left.py).
PATIENT = Patience(tries=CONFLICT_TRIES, connecting=1, answering=2, altogether=5)
HASTY = Patience(tries=1, connecting=0.5, answering=0.5, altogether=0.5)


class RefusedError(Exception):
    """AWS refused a call, and a retry would not help."""

    def __init__(self, code: str, answer: Mapping[str, Any]) -> None:
        # The services spell it differently.
        self.message = str(answer.get("message") or answer.get("Message") or "")
        super().__init__(code, self.message)
        self.code = code
        self.answer = answer


class AwsClient:
    """One service at one endpoint. `transport` sends requests; the seam for fault injection and measuring."""

    def __init__(
        self, service: Service, environment: AwsEnvironment, endpoint: str | None = None, patience: Patience = PATIENT
    ) -> None:
        self.service = service
        self._environment = environment
        self._patience = patience
        default = f"https://{service.name}.{environment.region}.amazonaws.com"
        self.endpoint = (endpoint or environment.endpoint(service.setting) or default).rstrip("/") + "/"
        self._host = urlsplit(self.endpoint).netloc
        self.transport: Transport = KeptConnections(self.endpoint, patience.connecting)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The response; bytes are base64 in it and become base64 in `parameters`.

        Retries transient failures, so that `parameters` must be idempotent. Raises Unavailable when no try succeeded in
        time, and RefusedError.
        """
        body = msgspec.json.encode(parameters)
        ends_at = time.monotonic() + min(self._patience.altogether, seconds_left())
        reason: Exception | None = None
        for attempt in range(self._patience.tries):
            if attempt:
                time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter, no secret
            seconds = min(self._patience.answering, ends_at - time.monotonic())
            if seconds <= 0:
                break
            try:
                status, text = self.transport(self._signed(operation, body), seconds)
            except NoAnswerError as error:
                reason = error
                continue
            if status == 200:
                answer: dict[str, Any] = msgspec.json.decode(text)
                return answer
            refused = _refusal(text)
            if status < 500 and not _may_pass(refused):
                raise refused
            reason = refused
        raise Unavailable from reason

    def _signed(self, operation: str, body: bytes) -> SignedCall:
        service, environment = self.service, self._environment
        headers = {
            "content-type": f"application/x-amz-json-{service.json_version}",
            "host": self._host,
            "x-amz-target": f"{service.target}.{operation}",
        }
        now = datetime.now(UTC)
        signed = signed_headers(environment.credentials(), service.name, environment.region, headers, body, now)
        return SignedCall(operation, body, signed)


def _refusal(text: bytes) -> RefusedError:
    try:
        answer = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        answer = {}  # a proxy's page, or nothing
    return RefusedError(str(answer.get("__type", "")).rpartition("#")[2].partition(":")[0], answer)


def _may_pass(refused: RefusedError) -> bool:
    if refused.code == CANCELED:
        # One transient reason is enough, whatever the others: a conflicting request may be this one's own earlier try.
        return any(reason["Code"] in TRANSIENT_REASONS for reason in refused.answer["CancellationReasons"])
    return refused.code in TRANSIENT


def aws_client(service: Service, endpoint: str | None = None, patience: Patience = PATIENT) -> AwsClient:
    """This process's client of a service: one for each endpoint and patience."""
    return _shared(service, endpoint, patience)


@cache
def _shared(service: Service, endpoint: str | None, patience: Patience) -> AwsClient:
    return AwsClient(service, aws_environment(), endpoint, patience)
