"""The time left to this invocation: calls to AWS are not retried when the response would come too late."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

# Reserved for what follows the last call: response, log line, metric.
RESERVE_SECONDS = 1.0

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


@contextmanager
def ending_in(seconds: float) -> Iterator[None]:
    """Within it, calls to AWS end after so many seconds at most."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


class LambdaContext(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int: ...


@contextmanager
def before_the_time_out(context: LambdaContext | None) -> Iterator[None]:
    """Within it, calls to AWS end early enough for the function to respond; no deadline without a Lambda context."""
    if context is None:
        yield
        return
    with ending_in(context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS):
        yield


def seconds_left() -> float:
    """Seconds left; infinite where no deadline is set."""
    return _ends_at.get() - time.monotonic()
