"""The monthly plans of an account end with it, or with the service: nothing more is charged for them.

Those of a closed account (S-6.5), of a banned one (M-V.2), and those that would outlast the service (U-III.III.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.rules_terms import months_after
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

    def __call__(self, account_id: str, reason: str, *, outlasting: datetime | None = None) -> None:
        """Of all that renew, or only of those whose next month would end after an instant."""
        for each in self.subscriptions.of(account_id):
            renews_at = each.renews_at
            if renews_at is not None and (outlasting is None or months_after(renews_at, 1) > outlasting):
                at = whole_milliseconds(self.clock.now())
                kind = FactKind.SUBSCRIPTION_CANCELLED
                self.take_in(decision(account_id, each.order_id, kind, reason, by=DECISION, at=at))
