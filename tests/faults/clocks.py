"""A clock that passes a boundary between two readings."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.fakes.foundation import FixedClock

MOMENT = timedelta(milliseconds=1)


class PassingClock(FixedClock):
    """Shows `boundary` from its reading number `after` on, and a moment before it until then."""

    def __init__(self, boundary: datetime, after: int) -> None:
        super().__init__(boundary)
        self.left = after

    def now(self) -> datetime:
        self.left -= 1
        return self.at - MOMENT if self.left >= 0 else self.at
