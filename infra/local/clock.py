"""The local cloud's movable clock: one file with an offset in seconds, followed by every process that must see it.

Only wall-clock time moves (`time.time`, `datetime.now`, …). `time.monotonic`, `time.sleep` and time-outs of locks and
sockets stay on real time, so the local cloud's own timers never jump. No product code knows of this.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import time_machine

# time_machine.travel adds a tzname (and sets TZ) for an aware datetime; a timedelta leaves the time zone alone.
_lock = threading.Lock()
_travel: time_machine.travel | None = None
_traveller: time_machine.Traveller | None = None
_applied = 0.0
_seen: tuple[int, int] | None = None


def apply(path: Path) -> float:
    """Put the offset in `path` in force in this process and return it (seconds); costs one `stat` when unchanged.

    A missing file means an offset of 0. Raises ValueError when the file holds no number.
    """
    global _seen
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return _shift_to(0.0)
    mark = (status.st_mtime_ns, status.st_ino)
    if mark != _seen:
        _shift_to(float(path.read_text(encoding="ascii")))
        _seen = mark
    return _applied


def move(path: Path, *, now: dt.datetime | None = None, advance_seconds: float | None = None) -> float:
    """Move the clock to `now` or by `advance_seconds` (negative: back), write the file, return the new offset in seconds.

    Raises ValueError unless exactly one of the two is given, or when the time lies outside the years 1971 to 9000.
    """
    if (now is None) == (advance_seconds is None):
        raise ValueError("give either now or advance_seconds")
    offset = read(path)
    if now is not None:
        offset = now.timestamp() - real_now()
    elif advance_seconds is not None:
        offset += advance_seconds
    if not 31_536_000 <= real_now() + offset <= 221_845_392_000:
        raise ValueError("the clock cannot be moved outside the years 1971 to 9000")
    _write(path, offset)
    return apply(path)


def reset(path: Path) -> None:
    """Set the clock back to real time for all who follow `path`, this process included."""
    _write(path, 0.0)
    apply(path)


def read(path: Path) -> float:
    """The offset in the file, in seconds; 0 when there is none."""
    try:
        return float(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0.0


def real_now() -> float:
    """Seconds since the epoch by the machine's own clock, whatever is in force here."""
    return time_machine.escape_hatch.time.time()


def release() -> None:
    """Let this process see real time again (for tests, which share their process with others)."""
    global _travel, _traveller, _applied, _seen
    with _lock:
        if _travel is not None:
            _travel.stop()
        _travel, _traveller, _applied, _seen = None, None, 0.0, None


def _write(path: Path, offset: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Replaced, never rewritten: a reader sees the old number or the new one, and the inode tells them apart
    # even when both were written within the file system's time step.
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    fresh.write_text(repr(offset), encoding="ascii")
    os.replace(fresh, path)


def _shift_to(offset: float) -> float:
    """Move by the difference: starting anew would leave a moment in which other threads see real time."""
    global _travel, _traveller, _applied
    with _lock:
        if _traveller is None and offset != 0.0:
            _travel = time_machine.travel(dt.timedelta(0), tick=True)
            _traveller = _travel.start()
            # The traveller counts from the first question it is asked; ask at once.
            dt.datetime.now(dt.UTC)
        if _traveller is not None and offset != _applied:
            _traveller.shift(offset - _applied)
            _applied = offset
        return _applied
