"""An account's current membership."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.rules import Period, period_at, status_at


class Membership(Struct, frozen=True):
    """An account's membership now; `shown` is the running period, else the next one, else the last one."""

    status: str
    shown: Period | None
    periods: Sequence[Period]


@dataclass(frozen=True)
class GetMembership:
    """The membership from the folded payments (M-II.5)."""

    memberships: Memberships
    clock: Clock

    def __call__(self, account_id: str) -> Membership:
        now = self.clock.now()
        periods = self.memberships.periods(account_id)
        upcoming = [period for period in periods if period.starts_at > now]
        shown = period_at(periods, now) or next(iter(upcoming), None) or next(reversed(periods), None)
        return Membership(status_at(periods, now), shown, periods)
