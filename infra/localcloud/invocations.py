"""Invocations of a function and the environments that serve them: the line, the free environments, and those to
start.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass

from infra.localcloud.deployment import Function
from infra.localcloud.processes import Process


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an invocation: the JSON `payload`, and Lambda's X-Amz-Function-Error in `error` if it failed."""

    payload: bytes
    error: str | None = None


def failure(error_type: str, message: str) -> Outcome:
    """The outcome that Lambda itself reports when a function could not respond."""
    return Outcome(json.dumps({"errorMessage": message, "errorType": error_type}).encode(), "Unhandled")


_SHUT_DOWN = failure("ServiceException", "The local cloud is being shut down.")


class Invocation:
    """One event to be handled by a function."""

    def __init__(self, request_id: str, payload: bytes) -> None:
        self.request_id, self.payload = request_id, payload
        self.environment: Environment | None = None
        self.taken, self.done = threading.Event(), threading.Event()
        self.started = 0.0
        self._lock = threading.Lock()
        self._outcome: Outcome | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome. Raises RuntimeError before `done`."""
        if self._outcome is None:
            raise RuntimeError("the invocation is still running")
        return self._outcome

    def finish(self, outcome: Outcome) -> bool:
        """Settle the outcome; False when it was settled before, which is kept."""
        with self._lock:
            first = self._outcome is None
            if first:
                self._outcome = outcome
        self.taken.set()
        self.done.set()
        return first


class Environment:
    """One process of a function. Its fields are guarded by its pool."""

    def __init__(self, key: str, pool: Pool) -> None:
        self.key, self.pool = key, pool
        self.process: Process | None = None
        self.current: Invocation | None = None
        self.initialised = False
        self.busy = False
        self.ending = False
        self.idle_since = time.monotonic()

    def end(self) -> None:
        """Take on no more work."""
        self.pool.remove(self)


class Pool:
    """The environments of one function and the invocations that wait for one. Safe under threads."""

    def __init__(self, function: Function, limit: int) -> None:
        self.function = function
        self.settled = threading.Event()
        self._limit = limit
        self._pending: deque[Invocation] = deque()
        self._environments: dict[str, Environment] = {}
        self._ordered = 0
        self._closed = False
        self._changed = threading.Condition()

    @property
    def size(self) -> int:
        """How many environments there are, starting ones included."""
        with self._changed:
            return len(self._environments)

    def submit(self, invocation: Invocation) -> bool:
        """Put an invocation in line; True when one more environment is to be started for it."""
        with self._changed:
            if not self._closed:
                self._pending.append(invocation)
                self._changed.notify()
                return self._order()
        invocation.finish(_SHUT_DOWN)
        return False

    def close(self) -> None:
        """Accept nothing more; waiting invocations fail."""
        with self._changed:
            self._closed = True
            waiting = list(self._pending)
            self._pending.clear()
        for invocation in waiting:
            invocation.finish(_SHUT_DOWN)

    def withdraw(self, invocation: Invocation) -> bool:
        """Take an invocation out of the line; False when it is no longer in it."""
        with self._changed:
            if invocation not in self._pending:
                return False
            self._pending.remove(invocation)
            return True

    def wants_more(self) -> bool:
        """True when an environment is to be started for waiting invocations, as after another one crashed."""
        with self._changed:
            return self._order()

    def reserve_first(self) -> bool:
        """True when there is no environment and one is to be started ahead of need."""
        with self._changed:
            if self._environments or self._ordered:
                return False
            self._ordered += 1
            return True

    def _order(self) -> bool:
        available = self._ordered + sum(1 for each in self._environments.values() if not each.busy)
        if len(self._pending) <= available or len(self._environments) + self._ordered >= self._limit:
            return False
        self._ordered += 1
        return True

    def add(self, environment: Environment) -> None:
        """Count an environment that was ordered and is being started."""
        with self._changed:
            self._ordered -= 1
            self._environments[environment.key] = environment

    def take(self, environment: Environment) -> Invocation | None:
        """Wait for work for this environment; None when it is to end."""
        with self._changed:
            environment.initialised, environment.busy, environment.current = True, False, None
            environment.idle_since = time.monotonic()
            self.settled.set()
            self._changed.wait_for(lambda: self._pending or environment.ending)
            if environment.ending:
                return None
            invocation = self._pending.popleft()
            environment.busy, environment.current = True, invocation
            invocation.environment, invocation.started = environment, time.monotonic()
            invocation.taken.set()
            return invocation

    def complete(self, environment: Environment, request_id: str, outcome: Outcome) -> Invocation | None:
        """Settle the invocation in hand; None when it is not this one (it timed out meanwhile).

        The environment counts as free from here on: its next request is on the way, so no other need be started.
        """
        with self._changed:
            invocation = environment.current
            if invocation is None or invocation.request_id != request_id:
                return None
            environment.busy, environment.current = False, None
        return invocation if invocation.finish(outcome) else None

    def give_up(self, environment: Environment, error: Outcome) -> None:
        """The environment has failed, and with it its invocation, or the first in line if it failed while starting."""
        with self._changed:
            known = self._environments.pop(environment.key, None) is not None
            environment.ending = True
            invocation, environment.current = environment.current, None
            if known and invocation is None and not environment.initialised and self._pending:
                invocation = self._pending.popleft()
            self.settled.set()
            self._changed.notify_all()
        if invocation is not None:
            invocation.finish(error)

    def remove(self, environment: Environment) -> None:
        """The environment takes on no more work."""
        with self._changed:
            self._environments.pop(environment.key, None)
            environment.ending = True
            self._changed.notify_all()

    def retire(self) -> list[Environment]:
        """Have every environment end after what it has in hand; returns those that can be ended now."""
        with self._changed:
            retired = list(self._environments.values())
            for environment in retired:
                self._dismiss(environment)
            return [environment for environment in retired if not environment.busy]

    def expire(self, spare_seconds: float, last_seconds: float) -> list[Environment]:
        """Dismiss and return the environments idle for longer than that, the last one being kept longer."""
        now = time.monotonic()
        expired = []
        with self._changed:
            for environment in list(self._environments.values()):
                allowed = spare_seconds if len(self._environments) > 1 else last_seconds
                if environment.initialised and not environment.busy and now - environment.idle_since > allowed:
                    self._dismiss(environment)
                    expired.append(environment)
        return expired

    def _dismiss(self, environment: Environment) -> None:
        del self._environments[environment.key]
        environment.ending = True
        self._changed.notify_all()
