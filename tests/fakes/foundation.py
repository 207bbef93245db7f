"""In-memory fakes: foundation."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from allmytracks.foundation.audit.rules import Act
from allmytracks.foundation.events import Event
from allmytracks.foundation.messages import Mail
from allmytracks.foundation.throttling.rules import Window


@dataclass
class MemoryAuditLog:
    """Acts in memory."""

    acts: list[Act] = field(default_factory=list)

    def record(self, act: Act) -> None:
        self.acts.append(act)

    def on_day(self, day: date) -> Sequence[Act]:
        return [act for act in self.acts if act.at.date() == day]


@dataclass
class FixedClock:
    """A clock that only tests move."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        """Moves the clock by a timedelta's arguments (`days=1`)."""
        self.at += timedelta(**span)


@dataclass
class CountedIds:
    """Names in sequence, for tests that read them."""

    given: int = field(default=0)

    def new(self, prefix: str) -> str:
        self.given += 1
        return f"{prefix}_{self.given:026d}"

    def digits(self, count: int) -> str:
        self.given += 1
        return f"{self.given:0{count}d}"


@dataclass
class MemoryEvents:
    """A bus that keeps the published events."""

    published: list[Event] = field(default_factory=list)

    def publish(self, events: Sequence[Event]) -> None:
        self.published.extend(events)


@dataclass
class MemoryClientCounters:
    """Counters in memory."""

    used: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, window: Window, requests: int) -> int | None:
        with self._lock:
            used = self.used.get(window.key, 0) + requests
            if used > window.limit.requests:
                return None
            self.used[window.key] = used
            return used

    def give_back(self, window: Window) -> None:
        with self._lock:
            if self.used.get(window.key, 0) > 0:
                self.used[window.key] -= 1


@dataclass
class MemoryMailer:
    """A post box that keeps what was sent."""

    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)
