"""Maintenance: planned, running or over, and what is closed meanwhile (M-VI.6)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import FieldProblem, InvalidFields, Unavailable

LONGEST = timedelta(days=7)


class ServiceState(StrEnum):
    """What the website shows of the service."""

    OK = "ok"
    PLANNED = "planned"
    MAINTENANCE = "maintenance"


class Window(Struct, frozen=True):
    """From when until when the paid routes are closed, and what people read about it: in English, and by language."""

    starts_at: datetime
    ends_at: datetime
    text: str
    translations: Mapping[str, str] = {}

    def state_at(self, now: datetime) -> ServiceState:
        if now >= self.ends_at:
            return ServiceState.OK
        return ServiceState.MAINTENANCE if now >= self.starts_at else ServiceState.PLANNED


class UnderMaintenance(Unavailable):
    """Paid routes are closed until the maintenance ends; nothing was spent (M-VI.6)."""

    code = "maintenance"
    planned = True


def current_window(windows: Sequence[Window], now: datetime) -> Window | None:
    """The window that was published last, as long as it is not over; `windows` in the order of publication."""
    return windows[-1] if windows and windows[-1].state_at(now) is not ServiceState.OK else None


def require_open(windows: Sequence[Window], now: datetime) -> None:
    """Raises UnderMaintenance while maintenance runs, with the seconds until its end."""
    window = current_window(windows, now)
    if window is None or window.state_at(now) is not ServiceState.MAINTENANCE:
        return
    seconds = max(1, math.ceil((window.ends_at - now).total_seconds()))
    raise UnderMaintenance(
        "The service is being maintained; nothing was counted or charged. Try again after it ends.",
        retry_after=seconds,
        until=window.ends_at,
    )


def require_sensible(window: Window, now: datetime) -> None:
    """What an operator may plan: an end that is still to come, after the start, at most seven days later.

    Raises InvalidFields.
    """
    problems = []
    if window.ends_at <= max(window.starts_at, now):
        problems.append(FieldProblem("ends_at", "too_early", "Send an end after the start, and after now."))
    elif window.ends_at - window.starts_at > LONGEST:
        problems.append(FieldProblem("ends_at", "too_late", "Send an end at most seven days after the start."))
    if problems:
        raise InvalidFields(problems)
