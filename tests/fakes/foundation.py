"""In-memory fakes: foundation."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from allmytracks.foundation.approvals.rules import Approval, ApprovalStatus
from allmytracks.foundation.audit.rules import Act, Acts
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Mail
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.foundation.throttling.rules import Window


@dataclass
class MemoryAuditLog:
    """Acts in memory."""

    acts: list[Act] = field(default_factory=list)

    def record(self, act: Act) -> None:
        if act not in self.acts:
            self.acts.append(act)

    def on_day(self, day: date) -> Sequence[Act]:
        return sorted((act for act in self.acts if act.at.date() == day), key=lambda act: (act.at, act.id))

    def page(self, day: date, acts: Acts, *, limit: int, cursor: str | None) -> Page[Act]:
        [before] = read_cursor(cursor, tuple[KeyPart]) if cursor is not None else ("~",)
        found = [act for act in reversed(self.on_day(day)) if _place(act) < before and _is_one_of(acts, act)]
        return Page(found[:limit], make_cursor(_place(found[limit - 1])) if len(found) > limit else None)


def _is_one_of(acts: Acts, act: Act) -> bool:
    named = acts.subject in {None, act.subject} and acts.name in {None, act.name}
    return named and (acts.operator is None or acts.operator in act.operator.arn)


def _place(act: Act) -> str:
    return f"{rfc3339(act.at)}#{act.id}"


@dataclass
class MemoryApprovals:
    """Requests that need a second operator, in memory."""

    stored: dict[str, Approval] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, approval_id: str) -> Approval | None:
        return self.stored.get(approval_id)

    def put(self, approval: Approval, *, after: Approval | None) -> bool:
        with self._lock:
            if self.stored.get(approval.id) not in {after, approval}:
                return False
            self.stored[approval.id] = approval
            return True

    def waiting(self, *, limit: int, cursor: str | None) -> Page[Approval]:
        [after] = read_cursor(cursor, tuple[KeyPart, KeyPart])[:1] if cursor is not None else ("",)
        waits = [each for each in self.stored.values() if each.status is ApprovalStatus.WAITING]
        placed = sorted((f"{rfc3339(each.requested_at)}#{each.id}", each) for each in waits)
        left = [(place, each) for place, each in placed if place > after]
        following = make_cursor(left[limit - 1][0], left[limit - 1][1].id) if len(left) > limit else None
        return Page([each for _, each in left[:limit]], following)


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
    """A bus that keeps the published events, and takes nothing while it is `down`."""

    published: list[Event] = field(default_factory=list)
    down: bool = False

    def publish(self, events: Sequence[Event]) -> None:
        if self.down:
            raise Unavailable
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
