"""What a cancellation asks of the payment provider: the refund, or the end of the renewals (S-8.1, S-8.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.ports import Bookkeeping, CancellingProvider

CARRIED_OUT = "CancellationCarriedOut"


@dataclass(frozen=True)
class CarryOutCancellation:
    """Asks the provider once for each order; what comes of a refund is folded from the provider's facts.

    A refund that fails is not asked for again: an operator settles it. Raises Unavailable.
    """

    provider: CancellingProvider
    bookkeeping: Bookkeeping

    def __call__(self, order: Order) -> None:
        settled = order.settlement
        if order.storage is None or settled is None or settled.cancelled_at is None:
            return
        if settled.ended_reason is None or CARRIED_OUT in order.announced:
            return  # the provider itself reported it, or knows
        if order.storage.mode is Mode.MONTHLY:
            self.provider.stop_renewing(order)
        elif order.amount_kept_to_return:
            self.provider.give_back(order, order.amount_kept_to_return)
        self.bookkeeping.mark_announced(order.account_id, order.id, CARRIED_OUT)
