"""Cancelling cloud storage, by its member or by an operator; the preview and the act are one reckoning (S-8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.use_cases.end_order import EndOrder
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Orders
from allmytracks.payments.rules import FactKind
from allmytracks.storage.rules_cancelling import Bought, Cancellation, NotCancellable, cancellation
from allmytracks.storage.rules_subscriptions import Subscribed
from allmytracks.storage.use_cases.show_subscriptions import ShowSubscriptions

QUIT = "quit"
# Of whomever it comes, it is one decision with one id: the first one stored holds.
DECISION = "cancellation"


class Cancelled(Struct, frozen=True):
    """What a cancellation gives, or gave where `cancelled`."""

    subscription_id: str
    cancellation: Cancellation
    cancelled: bool


@dataclass(frozen=True)
class CancelSubscription:
    """Reckons what cancelling now gives, and does it: the decision is a fact with the sum that is to be given back.

    The worker asks the provider for the refund, or to renew no more, once the fact is folded. Of two requests at the
    same moment the first one's fact holds, and both answer with it: there is one refund.

    Raises SubscriptionNotFound, NotCancellable, Unavailable.
    """

    subscriptions: ShowSubscriptions
    orders: Orders
    end: EndOrder
    clock: Clock

    def preview(self, account_id: str, subscription_id: str) -> Cancelled:
        """What cancelling now would give."""
        found, _, order = self._of(account_id, subscription_id)
        result = cancellation(found.period, bought_of(order), whole_milliseconds(self.clock.now()))
        return Cancelled(subscription_id, result, cancelled=False)

    def __call__(self, account_id: str, subscription_id: str, reason: str = QUIT) -> Cancelled:
        found, at, order = self._of(account_id, subscription_id)
        bought = bought_of(order)
        result = cancellation(found.period, bought, at)
        to_return = bought.given_back + result.refund
        self.end(order, FactKind.SUBSCRIPTION_CANCELLED, reason, by=DECISION, to_return=to_return, at=at)
        recorded = self.orders.get(account_id, order.id).settlement
        if recorded is not None and recorded.cancelled_at is not None and recorded.cancelled_at != at:
            result = cancellation(found.period, bought, recorded.cancelled_at)
        return Cancelled(subscription_id, result, cancelled=True)

    def _of(self, account_id: str, subscription_id: str) -> tuple[Subscribed, datetime, Order]:
        found = self.subscriptions.get(account_id, subscription_id)
        if found.bought is None:
            raise NotCancellable("A trial cannot be cancelled: it ends by itself, and nothing is charged.")
        return found, whole_milliseconds(self.clock.now()), self.orders.get(account_id, found.bought.order_id)


def bought_of(order: Order) -> Bought:
    """What was paid for a subscription, and given back since."""
    if order.storage is None:
        raise ValueError(f"{order.id} is no order for cloud storage")
    package = order.storage
    return Bought(package.mode, order.currency, order.amount, package.monthly_amount, order.amount_given_back)
