"""Enforcing rate limits (U-II.IV.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.throttling.ports import ClientCounters
from allmytracks.foundation.throttling.rules import (
    Limit,
    Rate,
    TooManyRequests,
    Window,
    window_at,
)
from allmytracks.foundation.time_and_ids import Clock

MOST_REMEMBERED = 10_000


@dataclass
class Throttle:
    """Counts requests and refuses those over a limit.

    A process's own knowledge saves writes: a full window stays full, so that refused requests cost no further write,
    and of a limit with a batch only every so many requests are written. The counters are built when they are first
    needed, which for a search is seldom.
    """

    make_counters: Callable[[], ClientCounters]
    clock: Clock
    _known: dict[str, int] = field(default_factory=dict)
    _unwritten: dict[str, int] = field(default_factory=dict)

    @cached_property
    def counters(self) -> ClientCounters:
        return self.make_counters()

    def count(self, limit: Limit, subject: str) -> Rate:
        """Counts one request of `subject`. Raises TooManyRequests, and Unavailable unless the limit fails open."""
        window = window_at(limit, subject, self.clock.now())
        known, unwritten = self._known.get(window.key, 0), self._unwritten.get(window.key, 0) + 1
        if known >= limit.requests and not limit.returnable:
            raise TooManyRequests(window)
        if unwritten < limit.batch:
            self._remember(self._unwritten, window, unwritten)
            return Rate(window, known + unwritten)
        self._unwritten.pop(window.key, None)
        try:
            used = self.counters.take(window, unwritten)
        except Unavailable:
            if limit.fails_open:
                return Rate(window, known)
            raise
        if used is None:
            self._remember(self._known, window, limit.requests)
            raise TooManyRequests(window)
        if limit.batch > 1:
            self._remember(self._known, window, used)
        return Rate(window, used)

    def give_back(self, rate: Rate) -> None:
        """Uncounts a request. Best effort: where the counters are unavailable it stays counted, the safe side."""
        try:
            self.counters.give_back(rate.window)
        except Unavailable:
            return

    def exhaust(self, rate: Rate) -> None:
        """Uses up what is left of a window. Best effort: unchanged where the counters are unavailable."""
        if rate.remaining:
            try:
                self.counters.take(rate.window, rate.remaining)
            except Unavailable:
                return

    def _remember(self, memory: dict[str, int], window: Window, requests: int) -> None:
        if len(memory) >= MOST_REMEMBERED:
            memory.clear()
        memory[window.key] = requests
