"""Ending an order by a decision: kept as a fact and folded like the payment provider's (M-II.2, M-V.1, M-V.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.orders import Order
from allmytracks.domain.payments import Fact, FactKind
from allmytracks.ports.payments import Inbox, Received
from allmytracks.ports.time_and_ids import Clock
from allmytracks.services.fold_payments import FoldPayments

OPERATOR, MEMBER = "operator", "member"


@dataclass(frozen=True)
class EndOrder:
    """Keeps the decision, then folds it at once: access has ended when this returns.

    A decision has one name an order, so that repeating it changes nothing, and the first one's time and reason stay.
    Died between keeping and folding: repeat it. Raises Unavailable.
    """

    inbox: Inbox
    fold: FoldPayments
    clock: Clock

    def __call__(self, order: Order, kind: FactKind, reason: str, *, by: str) -> None:
        now = self.clock.now()
        fact = Fact(
            provider=by,
            event_id=f"{kind}-{order.id}",
            occurred_at=now,
            kind=kind,
            source_kind=kind.value,
            order_id=order.id,
            account_id=order.account_id,
            reason=reason,
        )
        self.inbox.put(Received(fact, now))
        self.fold(fact.provider, fact.event_id)
