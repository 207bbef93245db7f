"""Folding one more fact into what its account owns (design, section 6.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allmytracks.domain.errors import Unavailable
from allmytracks.domain.events import (
    Event,
    MembershipActivated,
    MembershipCancelled,
    OrderDeclined,
    OrderFailed,
    PaymentPartlyReturned,
    PaymentReturned,
)
from allmytracks.domain.instants import rfc3339
from allmytracks.domain.memberships import Period
from allmytracks.domain.orders import Order, OrderNotKnown, OrderStatus
from allmytracks.domain.payments import Fact, FactNotKnown, Outcome, fold
from allmytracks.ports.messages import Events
from allmytracks.ports.payments import Bookkeeping, Inbox
from allmytracks.ports.time_and_ids import Clock

ATTEMPTS = 5


@dataclass(frozen=True)
class FoldPayments:
    """Attaches a fact of the inbox to its account, folds the account, tells what followed. Safe to repeat at any point.

    Raises FactNotKnown, OrderNotKnown (the order or payment that it names is not on record yet: try again later),
    Unavailable.
    """

    inbox: Inbox
    bookkeeping: Bookkeeping
    events: Events
    clock: Clock

    def __call__(self, provider: str, event_id: str) -> None:
        received = self.inbox.get(provider, event_id)
        if received is None:
            raise FactNotKnown("The inbox holds no such event.", event_id=event_id)
        fact = received.fact
        account_id = self.bookkeeping.owner(fact)
        if account_id is None:
            raise OrderNotKnown("The order or payment that the event names is not on record.", event_id=event_id)
        self.bookkeeping.attach(account_id, fact)
        orders, outcome = self._fold(account_id, fact)
        for order in orders:
            for event in _events(order, outcome):
                if event.occasion not in order.announced:
                    self.events.publish([event])
                    self.bookkeeping.mark_announced(account_id, order.id, event.occasion)

    def _fold(self, account_id: str, fact: Fact) -> tuple[Sequence[Order], Outcome]:
        """Another worker may fold the same account at once (a fact that names its payment only): then from anew."""
        for _ in range(ATTEMPTS):
            books = self.bookkeeping.open(account_id)
            outcome = fold(books.orders, books.facts)
            if self.bookkeeping.close(account_id, books, outcome, fact, self.clock.now()):
                return books.orders, outcome
        raise Unavailable("The account's books keep changing.")


def _events(order: Order, outcome: Outcome) -> Iterator[Event]:
    """What others are told of an order as it stands."""
    settlement = outcome.settlements.get(order.id)
    if settlement is None:
        return
    if settlement.status is OrderStatus.REFUNDED:
        yield PaymentReturned(order.account_id, order.id)
        return
    if settlement.declined_at is not None:
        yield OrderDeclined(order.account_id, order.id)
    elif settlement.cancelled_at is not None:
        yield MembershipCancelled(order.account_id, order.id)
    elif settlement.status in {OrderStatus.DECLINED, OrderStatus.EXPIRED}:
        yield OrderFailed(order.account_id, order.id)
    else:
        yield from _activation(order, outcome.periods)
    if settlement.amount_returned:
        yield PaymentPartlyReturned(order.account_id, order.id, settlement.amount_returned)


def _activation(order: Order, periods: Sequence[Period]) -> Iterator[Event]:
    for period in periods:
        if period.order_id == order.id:
            yield MembershipActivated(
                order.account_id, order.id, period.plan, rfc3339(period.starts_at), rfc3339(period.ends_at)
            )
