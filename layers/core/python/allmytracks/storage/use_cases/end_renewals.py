"""A closed account's monthly plans end: nothing more is charged for them (S-6.5)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_CLOSED
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.ports import Subscriptions
from allmytracks.payments.rules import Fact, FactKind
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
                self.take_in(_decision(account_id, each.order_id, self.clock))


def _decision(account_id: str, order_id: str, clock: Clock) -> Fact:
    kind = FactKind.SUBSCRIPTION_CANCELLED
    return Fact(
        provider=DECISION,
        event_id=f"{kind}-{order_id}",
        occurred_at=whole_milliseconds(clock.now()),
        kind=kind,
        source_kind=kind.value,
        order_id=order_id,
        account_id=account_id,
        reason=ACCOUNT_CLOSED,
    )
