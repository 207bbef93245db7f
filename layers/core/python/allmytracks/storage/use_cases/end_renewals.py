"""The monthly plans of a closed or banned account end: nothing more is charged for them (S-6.5, M-V.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.use_cases.end_order import decision
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.ports import Subscriptions
from allmytracks.payments.rules import FactKind
from allmytracks.storage.use_cases.cancel_subscription import DECISION


@dataclass(frozen=True)
class EndRenewals:
    """Cancels every plan that renews, for a reason code; the worker folds it and asks the provider.

    Idempotent: the first reason stays. Raises Unavailable.
    """

    subscriptions: Subscriptions
    take_in: TakeInFact
    clock: Clock

    def __call__(self, account_id: str, reason: str) -> None:
        for each in self.subscriptions.of(account_id):
            if each.renews_at is not None:
                at = whole_milliseconds(self.clock.now())
                kind = FactKind.SUBSCRIPTION_CANCELLED
                self.take_in(decision(account_id, each.order_id, kind, reason, by=DECISION, at=at))
