"""What is left of today's allowance."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allmytracks.downloads.ports_allowances import Allowances
from allmytracks.downloads.rules_allowance import Allowance, allowance_of, day_at
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class GetAllowance:
    """Zero of zero where no membership runs. Raises Unavailable."""

    allowances: Allowances
    clock: Clock
    zone: ZoneInfo

    def __call__(self, account_id: str) -> Allowance:
        now = self.clock.now()
        day = day_at(now, self.zone)
        return allowance_of(self.allowances.standing(account_id, day), day, now)
