"""Ending an order by a decision: stored as a fact and folded like the payment provider's (M-II.2, M-V.1, M-V.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.rules import Fact, FactKind

OPERATOR, MEMBER = "operator", "member"


@dataclass(frozen=True)
class EndOrder:
    """Stores the decision as a fact and folds it at once: access has ended when this returns.

    A decision has one id for each order. Idempotent: the first one's time and reason are kept. The decision is queued
    first, so that after a crash the worker completes it and publishes its events. `to_return` is what is to be given
    back in all; `at` is the instant of the decision, by default now. Raises Unavailable.
    """

    take_in: TakeInFact
    fold: FoldPayments
    clock: Clock

    def __call__(
        self,
        order: Order,
        kind: FactKind,
        reason: str,
        *,
        by: str,
        to_return: int | None = None,
        at: datetime | None = None,
    ) -> None:
        fact = decision(order.account_id, order.id, kind, reason, by=by, at=at or self.clock.now())
        if to_return is not None:
            fact = replace(fact, amount=to_return, currency=order.currency)
        self.take_in(fact)
        self.fold(fact.provider, fact.event_id)


def decision(account_id: str, order_id: str, kind: FactKind, reason: str, *, by: str, at: datetime) -> Fact:
    """The fact of a decision about an order; each source (`by`) decides once for each order and kind."""
    return Fact(
        provider=by,
        event_id=f"{kind}-{order_id}",
        occurred_at=at,
        kind=kind,
        source_kind=kind.value,
        order_id=order_id,
        account_id=account_id,
        reason=reason,
    )
