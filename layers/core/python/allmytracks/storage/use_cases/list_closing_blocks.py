"""What cloud storage has against the closing of its account (S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.rules_closing import Block
from allmytracks.storage.use_cases.show_subscriptions import ShowSubscriptions


@dataclass(frozen=True)
class ListStorageBlocks:
    """A subscription that runs, or is paid and yet to start; a trial ends with the account. Raises Unavailable."""

    subscriptions: ShowSubscriptions

    def __call__(self, account_id: str, now: datetime, *, forfeit: bool) -> Sequence[Block]:  # noqa: ARG002 - the port's
        text = "Cloud storage of a device runs. Cancel it, and wait until it has ended."
        return [
            Block("running_subscription", text, until=each.period.access_until, reference=each.period.subscription_id)
            for each in self.subscriptions.all(account_id)
            if each.bought is not None and each.period.starts_at < each.period.access_until
            if now < each.period.access_until
        ]
