"""What a membership has against the closing of its account (S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.rules_closing import Block
from allmytracks.memberships.ports import Memberships


@dataclass(frozen=True)
class ListMembershipBlocks:
    """A membership that runs or is still to begin, unless its member gives it up."""

    memberships: Memberships

    def __call__(self, account_id: str, now: datetime, *, forfeit: bool) -> Sequence[Block]:
        ends = [period.ends_at for period in self.memberships.periods(account_id) if now < period.ends_at]
        if forfeit or not ends:
            return ()
        text = "A membership runs. Wait until it ends, or say that you give it up (forfeit): no fee is returned."
        return (Block("membership_running", text, until=max(ends)),)
