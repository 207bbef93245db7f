"""A closed account's monthly plans end: nothing more is charged for them (S-6.5)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_CLOSED
from allmytracks.payments.ledger.use_cases.end_order import decision
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.ports import Subscriptions
from allmytracks.payments.rules import FactKind
from allmytracks.storage.use_cases.cancel_subscription import DECISION


@dataclass(frozen=True)
class EndRenewals:
    """Cancels every plan that renews; the worker folds it and asks the provider. Idempotent. Raises Unavailable."""

    subscriptions: Subscriptions
    take_in: TakeInFact
    clock: Clock

    def __call__(self, account_id: str) -> None:
        for each in self.subscriptions.of(account_id):
            if each.renews_at is not None:
                at = whole_milliseconds(self.clock.now())
                kind = FactKind.SUBSCRIPTION_CANCELLED
                self.take_in(decision(account_id, each.order_id, kind, ACCOUNT_CLOSED, by=DECISION, at=at))
