"""How long this invocation may still take: AWS is not asked again when the caller's answer would come too late."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

# For what comes after the last call: the answer, the log line, the metric.
RESERVE_SECONDS = 1.0

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


@contextmanager
def ending_in(seconds: float) -> Iterator[None]:
    """Within it, calls to AWS end after so many seconds, with or without an answer."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


class LambdaContext(Protocol):
    """What Lambda hands to a function beside its event, as far as it matters here."""

    def get_remaining_time_in_millis(self) -> int: ...


@contextmanager
def before_the_time_out(context: LambdaContext | None) -> Iterator[None]:
    """Within it, calls to AWS end early enough that the function answers; without a context there is no end."""
    if context is None:
        yield
        return
    with ending_in(context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS):
        yield


def seconds_left() -> float:
    """Seconds left; infinite where no deadline is set."""
    return _ends_at.get() - time.monotonic()
