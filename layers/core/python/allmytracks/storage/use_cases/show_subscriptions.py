"""The subscriptions of an account (S-7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.payments.ports import Subscriptions
from allmytracks.storage.ports import HeldTrials
from allmytracks.storage.rules_subscriptions import Subscribed, SubscriptionNotFound, subscribed


@dataclass(frozen=True)
class ShowSubscriptions:
    """Trial and packages, running, ended and yet to start. Raises Unavailable."""

    trials: HeldTrials
    subscriptions: Subscriptions

    def all(self, account_id: str) -> Sequence[Subscribed]:
        """The newest first."""
        return subscribed(self.trials.of(account_id), self.subscriptions.of(account_id))

    def get(self, account_id: str, subscription_id: str) -> Subscribed:
        """One of them. Raises SubscriptionNotFound."""
        for each in self.all(account_id):
            if each.period.subscription_id == subscription_id:
                return each
        raise SubscriptionNotFound("You have no such subscription.")
