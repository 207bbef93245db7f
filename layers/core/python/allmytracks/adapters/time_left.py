"""How long this invocation may still take: AWS is not asked again when the caller's answer would come too late."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


@contextmanager
def ending_in(seconds: float) -> Iterator[None]:
    """Within it, calls to AWS end after so many seconds, with or without an answer."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left() -> float:
    """What is left; infinite where nobody set an end."""
    return _ends_at.get() - time.monotonic()
