"""Routes that are closed during maintenance (M-VI.6)."""

from __future__ import annotations

import functools
from collections.abc import Callable

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import Handler
from allmytracks.foundation.http.requests import Request
from allmytracks.notices.use_cases.show_service import ShowService


def closed_during_maintenance(service: Callable[[], ShowService]) -> Callable[[Handler], Handler]:
    """Refuses with 503 `maintenance` and Retry-After before the handler sees the request: nothing is spent.

    Placed below `app.route`. `service` is called with the first request: nothing is built at import.
    """

    def around(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def answer(request: Request) -> Answer:
            service().require_open()
            return handler(request)

        return answer

    return around
