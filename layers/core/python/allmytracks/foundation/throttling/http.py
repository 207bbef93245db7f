"""Enforces a route's rate limit before the handler sees the request (U-II.IV.7)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec.structs import replace

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import Handler
from allmytracks.foundation.http.problems import limit_headers
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.rules import Limit, client_at
from allmytracks.foundation.throttling.use_cases import Throttle


def throttled(limit: Limit, throttle: Callable[[], Throttle]) -> Callable[[Handler], Handler]:
    """Counts every request by its client and refuses those over `limit`; responses show the remainder.

    Placed below `app.route`. `throttle` is called with the first request: nothing is built at import. The handler
    raises TooManyRequests, and Unavailable where the counters are unavailable and the limit does not fail open.
    """

    def around(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def answer(request: Request) -> Answer:
            rate = throttle().count(limit, client_at(request.source_ip))
            given = handler(request)
            told = limit_headers(limit, rate.remaining, rate.window.ends_at, datetime.now(UTC))
            return replace(given, headers={**told, **given.headers})

        return answer

    return around
