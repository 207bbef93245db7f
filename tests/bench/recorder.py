"""Notes the AWS calls that this process makes, whichever library makes them, by botocore's own events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import botocore
from botocore.session import Session

_PARAMETERS = "bench_parameters"


@dataclass(frozen=True, slots=True)
class Call:
    """One answered call."""

    service: str
    action: str
    parameters: Mapping[str, Any]
    answer: Mapping[str, Any]


class Recorder:
    """Sees the clients of every botocore session that is made after it."""

    def __init__(self) -> None:
        self._calls: list[Call] | None = None
        botocore.register_initializer(self._attach)

    @contextmanager
    def recording(self) -> Iterator[list[Call]]:
        """The calls made within."""
        calls: list[Call] = []
        self._calls = calls
        try:
            yield calls
        finally:
            self._calls = None

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


def counted(calls: Sequence[Call]) -> dict[str, int]:
    """How often each action was called."""
    return dict(Counter(f"{call.service}:{call.action}" for call in calls))
