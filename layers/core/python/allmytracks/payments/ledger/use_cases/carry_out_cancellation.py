"""What the end of cloud storage asks of the payment provider: the refund, or the end of renewals (S-8.1, S-8.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.ports import Bookkeeping, CancellingProvider

CARRIED_OUT = "CancellationCarriedOut"


@dataclass(frozen=True)
class CarryOutCancellation:
    """Asks the provider once for each order; what comes of a refund is folded from the provider's facts.

    A refund that fails is not asked for again: an operator settles it, as the money of a declined order. A monthly
    plan's renewals end by either decision, once anything was paid: before that the provider has none.
    Raises Unavailable.
    """

    provider: CancellingProvider
    bookkeeping: Bookkeeping

    def __call__(self, order: Order) -> None:
        settled = order.settlement
        if order.storage is None or settled is None or not (settled.cancelled_at or settled.declined_at):
            return
        if settled.ended_reason is None or CARRIED_OUT in order.announced:
            return  # the provider itself reported it, or knows
        if order.storage.mode is Mode.MONTHLY:
            if order.storage.renews is not None or not (settled.amount_paid or settled.amount_uncounted):
                return  # a further month renews nothing, nor does a plan that nobody paid for yet
            self.provider.stop_renewing(order)
        elif order.amount_kept_to_return:
            if settled.open_disputes:
                return  # the bank holds the money; its decision is a fact that asks again, or leaves nothing to return
            self.provider.give_back(order, order.amount_kept_to_return)
        self.bookkeeping.mark_announced(order.account_id, order.id, CARRIED_OUT)
