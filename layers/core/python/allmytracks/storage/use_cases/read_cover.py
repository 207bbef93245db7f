"""What covers the devices of an account, from all facts that are stored of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.payments.ports import Subscriptions
from allmytracks.storage.ports import HeldTrials
from allmytracks.storage.rules_cover import Facts
from allmytracks.storage.rules_subscriptions import facts_by_device

NOTHING = Facts()


@dataclass(frozen=True)
class ReadCover:
    """The facts of each device of an account; a device of which nothing is known has none. Raises Unavailable."""

    trials: HeldTrials
    subscriptions: Subscriptions

    def all(self, account_id: str) -> Mapping[str, Facts]:
        """The facts by device."""
        return facts_by_device(self.trials.of(account_id), self.subscriptions.of(account_id))

    def of(self, account_id: str, device_id: str) -> Facts:
        """The facts of one device."""
        return self.all(account_id).get(device_id, NOTHING)
