"""The local cloud's movable clock: one file with an offset in seconds, read by every process that follows it.

Only wall-clock time moves (`time.time`, `datetime.now`, …). `time.monotonic`, `time.sleep` and time-outs of locks and
sockets stay on real time, so the local cloud's own timers never jump. Product code does not depend on this.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
import time
from pathlib import Path

# time_machine imports pytest where it is installed, which costs half a second a start; None says "not installed".
_UNDER_TEST = "pytest" in sys.modules
if not _UNDER_TEST:
    sys.modules["pytest"] = None  # type: ignore[assignment]  # typeshed does not know this documented use
import time_machine  # noqa: E402  # after the line above by intent

if not _UNDER_TEST:
    del sys.modules["pytest"]

EARLIEST, LATEST = 31_536_000, 221_845_392_000
"""Seconds since the epoch between which the clock may be moved: the years 1971 and 9000."""


class _Hands:
    """The offset in force in this process; time_machine works on the whole process, so there is one instance."""

    def __init__(self) -> None:
        self.offset = 0.0
        self.seen: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self._travel: time_machine.travel | None = None
        self._traveller: time_machine.Traveller | None = None

    def shift_to(self, offset: float) -> float:
        """Move by the difference: restarting would leave a moment in which other threads see real time."""
        with self._lock:
            if self._traveller is None and offset != 0.0:
                # A timedelta, as an aware datetime would change the time zone as well.
                self._travel = time_machine.travel(dt.timedelta(0), tick=True)
                self._traveller = self._travel.start()
                # The traveller counts from its first call, so call it immediately.
                time.time()
            if self._traveller is not None and offset != self.offset:
                self._traveller.shift(offset - self.offset)
                self.offset = offset
            return self.offset

    def real_now(self) -> float:
        with self._lock:
            return time.time() - self.offset

    def release(self) -> None:
        with self._lock:
            if self._travel is not None:
                self._travel.stop()
            self._travel, self._traveller, self.offset, self.seen = None, None, 0.0, None


_hands = _Hands()


def apply(path: Path) -> float:
    """Put the offset in `path` in force in this process and return it (seconds); costs one `stat` when unchanged.

    A missing file means an offset of 0. Raises ValueError when the file holds no number.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return _hands.shift_to(0.0)
    mark = (status.st_mtime_ns, status.st_ino)
    if mark != _hands.seen:
        _hands.shift_to(read(path))
        _hands.seen = mark
    return _hands.offset


def move(path: Path, *, now: dt.datetime | None = None, advance_seconds: float | None = None) -> float:
    """Move the clock to `now` or by `advance_seconds` (negative: back), write the file, return the new offset.

    Raises ValueError unless exactly one of the two is given, or when the time lies outside EARLIEST to LATEST.
    """
    if (now is None) == (advance_seconds is None):
        raise ValueError("give either now or advance_seconds")
    offset = read(path)
    if now is not None:
        offset = now.timestamp() - real_now()
    elif advance_seconds is not None:
        offset += advance_seconds
    if not EARLIEST <= real_now() + offset <= LATEST:
        raise ValueError("the clock can only be moved within the years 1971 to 8999")
    _write(path, offset)
    return apply(path)


def reset(path: Path, offset: float = 0.0) -> None:
    """Reset the clock to real time, or `offset` seconds from it, for all processes that follow `path`, and this one."""
    _write(path, offset)
    apply(path)


def read(path: Path) -> float:
    """The offset in the file, in seconds; 0 when there is none."""
    try:
        return float(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0.0


def real_now() -> float:
    """Seconds since the epoch by the machine's own clock, regardless of the offset."""
    return _hands.real_now()


def release() -> None:
    """Return this process to real time (for tests, which share their process with others)."""
    _hands.release()


def _write(path: Path, offset: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Replaced, never rewritten: a reader sees the old number or the new one, and the inode tells them apart
    # even when both were written within the file system's time step.
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    fresh.write_text(repr(offset), encoding="ascii")
    fresh.replace(path)
