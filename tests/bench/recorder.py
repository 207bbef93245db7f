"""Notes the AWS calls that this process makes: our own client's by its transport, others by botocore's own events."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import botocore
from botocore.session import Session

from allmytracks.foundation.aws.client import (
    DYNAMODB,
    EVENTBRIDGE,
    KMS,
    SECRETS_MANAGER,
    SQS,
    aws_client,
)
from allmytracks.foundation.aws.connections import SignedCall, Transport

_PARAMETERS = "bench_parameters"


@dataclass(frozen=True, slots=True)
class Call:
    """One completed call."""

    service: str
    action: str
    parameters: Mapping[str, Any]
    answer: Mapping[str, Any]


class Recorder:
    """Sees the clients of every botocore session that is made after it, and this process's own clients."""

    def __init__(self) -> None:
        self._calls: list[Call] | None = None
        botocore.register_initializer(self._attach)

    @contextmanager
    def recording(self) -> Iterator[list[Call]]:
        """The calls made within."""
        calls: list[Call] = []
        self._calls = calls
        own = [aws_client(service) for service in (DYNAMODB, EVENTBRIDGE, KMS, SQS, SECRETS_MANAGER)]
        transports = [client.transport for client in own]
        for client in own:
            client.transport = self._noting(calls, client.service.name, client.transport)
        try:
            yield calls
        finally:
            self._calls = None
            for client, transport in zip(own, transports, strict=True):
                client.transport = transport

    @staticmethod
    def _noting(calls: list[Call], service: str, transport: Transport) -> Transport:
        def send(call: SignedCall, seconds: float) -> tuple[int, bytes]:
            status, text = transport(call, seconds)
            if status == 200:
                asked, answered = (_without_base64(json.loads(each)) for each in (call.body, text))
                calls.append(Call(service, call.operation, asked, answered))
            return status, text

        return send

    def _attach(self, session: Session) -> None:
        session.register("before-parameter-build", self._asked)
        session.register("after-call", self._answered)

    def _asked(self, **event: Any) -> None:
        if self._calls is not None:
            event["context"][_PARAMETERS] = event["params"]

    def _answered(self, **event: Any) -> None:
        if self._calls is not None:
            model = event["model"]
            parameters = event["context"].pop(_PARAMETERS)
            self._calls.append(Call(model.service_model.service_name, model.name, parameters, event["parsed"]))


def _without_base64(value: Any) -> Any:
    """Binary attributes as bytes, as botocore has them."""
    if isinstance(value, dict):
        return {name: _decoded(each) if name in ("B", "BS") else _without_base64(each) for name, each in value.items()}
    return [_without_base64(each) for each in value] if isinstance(value, list) else value


def _decoded(binary: Any) -> Any:
    return base64.b64decode(binary) if isinstance(binary, str) else [base64.b64decode(each) for each in binary]


def counted(calls: Sequence[Call]) -> dict[str, int]:
    """How often each action was called."""
    return dict(Counter(f"{call.service}:{call.action}" for call in calls))
