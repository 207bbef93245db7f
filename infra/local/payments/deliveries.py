"""Posts events to the webhook address, signed as Stripe signs, with retries until they are accepted."""

from __future__ import annotations

import heapq
import itertools
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from stripe import WebhookSignature

LOG = logging.getLogger(__name__)
WAITS = (0.3, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)
TICK = 1.0


@dataclass(frozen=True)
class Delivery:
    """One event on its way."""

    event: dict[str, Any]
    attempt: int


class Deliveries:
    """Posts due events, in a thread of its own."""

    def __init__(self, url: str, secret: str, now: Callable[[], datetime]) -> None:
        self._url = url
        self._secret = secret
        self._now = now
        self._due: list[tuple[float, int, Delivery]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def start(self, every_tick: Callable[[], None]) -> None:
        """Starts the thread; it calls `every_tick` about once a second while nothing is due."""
        self._thread = threading.Thread(target=self._run, args=(every_tick,), name="payment-webhooks", daemon=True)
        self._thread.start()

    def post(self, event: dict[str, Any]) -> None:
        """Sends an event soon."""
        self._later(Delivery(event, 0), 0)

    def close(self) -> None:
        """Stops the thread; what was not accepted by then is dropped."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _later(self, delivery: Delivery, seconds: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), delivery))
            self._changed.notify()

    def _next(self) -> Delivery | None:
        """The delivery that is due, None after a tick without one."""
        with self._changed:
            wait = self._due[0][0] - time.monotonic() if self._due else TICK
            if wait > 0 and not self._closed:
                self._changed.wait(min(wait, TICK))
            if self._closed or not self._due or self._due[0][0] > time.monotonic():
                return None
            return heapq.heappop(self._due)[2]

    def _run(self, every_tick: Callable[[], None]) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._closed:
                delivery = self._next()
                if delivery is None:
                    every_tick()
                elif not self._accepted(client, delivery) and delivery.attempt < len(WAITS):
                    self._later(Delivery(delivery.event, delivery.attempt + 1), WAITS[delivery.attempt])

    def _accepted(self, client: httpx.Client, delivery: Delivery) -> bool:
        body = json.dumps(delivery.event, indent=2)
        signature = WebhookSignature.generate_signature_header(body, self._secret, int(self._now().timestamp()))
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        try:
            answer = client.post(self._url, content=body.encode(), headers=headers)
        except httpx.TransportError as error:
            LOG.warning("webhook %s not delivered: %s", delivery.event["type"], error)
            return False
        if not answer.is_success:
            LOG.warning("webhook %s answered %s", delivery.event["type"], answer.status_code)
        return answer.is_success
