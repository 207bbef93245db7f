"""What follows a request that succeeded, and must not fail it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from allmytracks.foundation.errors import DomainError
from allmytracks.foundation.observability import count, logger

P = ParamSpec("P")


def afterwards(act: Callable[P, object], *given: P.args, **named: P.kwargs) -> None:
    """Does `act`; where it fails, that is logged and counted, and the request succeeds all the same.

    For acts that the account's next request repeats, such as recording that it is used.
    """
    try:
        act(*given, **named)
    except DomainError as error:
        logger().warning(
            "left to a later request", act=getattr(act, "__qualname__", type(act).__name__), code=error.code
        )
        count("LeftToLater")
