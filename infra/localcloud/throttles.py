"""API Gateway's throttling: a token bucket for each route, which all callers share."""

from __future__ import annotations

import math
import threading
import time

from infra.localcloud.deployment import Route


class Throttles:
    """The buckets of all routes. They use real time, independent of the local clock."""

    def __init__(self) -> None:
        self.enabled = True
        self._buckets: dict[tuple[str, str, str], tuple[float, float]] = {}
        self._lock = threading.Lock()

    def retry_after(self, route: Route) -> int | None:
        """Take a token for a request on `route`; returns None, or the whole seconds until one is available."""
        if not self.enabled or route.throttle is None:
            return None
        key = (route.api, route.method, route.path)
        rate, burst = route.throttle.rate, float(route.throttle.burst)
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.get(key, (burst, now))
            tokens = min(burst, tokens + (now - at) * rate)
            if tokens >= 1:
                self._buckets[key] = (tokens - 1, now)
                return None
            self._buckets[key] = (tokens, now)
        return max(1, math.ceil((1 - tokens) / rate)) if rate else 1
