"""What an account owns is a pure function of the set of its payment facts (design, section 6).

`fold` sorts facts by the provider's own time and id, never by arrival, and drops repeated ones, so any order,
duplication or delay of the same facts gives the same result. Each order is settled by its own facts, and periods follow
from the settled orders: so folding a new fact reads the facts of its own order, and only the purchases of all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.memberships.rules import Period, Purchase, row_of
from allmytracks.payments.ledger.rules_settlements import settle
from allmytracks.payments.ledger.rules_subscriptions import Subscription, subscribed
from allmytracks.payments.orders.rules import Order, OrderStatus, PlanForIndividuals, Settlement
from allmytracks.payments.rules import Fact


class Outcome(Struct, frozen=True):
    """The result of a fold: an account's orders, its purchases in order, its periods in order.

    The account is an enterprise's from `enterprise_from` on (U-II.III.1.4): the start of its first such period.
    `subscriptions` are those of cloud storage, by id.
    """

    settlements: Mapping[str, Settlement]
    purchases: tuple[Purchase, ...]
    periods: tuple[Period, ...]
    enterprise_from: datetime | None = None
    subscriptions: tuple[Subscription, ...] = ()

    def changes(self, orders: Iterable[Order]) -> list[Order]:
        """Those of `orders` (as stored) whose settlement has changed."""
        return [order for order in orders if order.settlement != self.settlements.get(order.id)]


def fold(
    orders: Iterable[Order],
    facts: Iterable[Fact],
    others: Iterable[Purchase] = (),
    subscriptions: Iterable[Subscription] = (),
) -> Outcome:
    """The state of an account's orders and its membership periods (M-II.3, M-II.5, M-II.8).

    `others` are the account's purchases by other orders, from earlier folds: with them, a part of the account's orders
    and facts gives the same periods as all of them. `subscriptions` are those of earlier folds.
    """
    history = sorted({(fact.provider, fact.event_id): fact for fact in facts}.values(), key=lambda fact: fact.place)
    by_order = _attribute(history)
    known = sorted(orders, key=lambda order: order.id)
    settlements = {order.id: settle(order, by_order[order.id]) for order in known if order.id in by_order}
    bought = [_purchase(order, settlements[order.id]) for order in known if order.id in settlements]
    purchases = sorted([*others, *(each for each in bought if each is not None)], key=lambda purchase: purchase.place)
    row = row_of(purchases)
    settlements |= {order_id: _refused(settlements[order_id]) for order_id in row.refused & settlements.keys()}
    settled = [(order, settlements[order.id]) for order in known if order.id in settlements]
    now_subscribed = subscribed(subscriptions, settled)
    return Outcome(settlements, tuple(purchases), row.periods, row.enterprise_from, now_subscribed)


def is_of_one_audience(order: Order, purchases: Iterable[Purchase]) -> bool:
    """Whether an order can be folded by its own facts: orders for individuals depend on all orders for an enterprise,
    and vice versa. Those for anything but a membership depend on none.
    """
    return not order.is_for_membership or all(each.audience == order.benefits.audience for each in purchases)


def _refused(settlement: Settlement) -> Settlement:
    """Settled as a declined order: its money is to be refunded (M-II.2)."""
    if settlement.returned_at is not None or settlement.declined_at is not None:
        return settlement
    return replace(
        settlement,
        status=OrderStatus.DECLINED,
        declined_at=settlement.activated_at,
        ended_reason=PlanForIndividuals.code,
    )


def _attribute(history: Sequence[Fact]) -> dict[str, list[Fact]]:
    """The facts of each order: by the order that they name, else by a payment in common with a fact that names one."""
    owner: dict[str, str] = {}
    known = -1
    while known != len(owner):  # a charge may be linked only through a fact that is itself linked only by its payment
        known = len(owner)
        for fact in history:
            order_id = _order_of(fact, owner)
            for reference in fact.references if order_id else ():
                owner.setdefault(reference, order_id or "")
    by_order: dict[str, list[Fact]] = {}
    for fact in history:
        order_id = _order_of(fact, owner)
        if order_id is not None:
            by_order.setdefault(order_id, []).append(fact)
    return by_order


def _order_of(fact: Fact, owner: Mapping[str, str]) -> str | None:
    return fact.order_id or next((owner[reference] for reference in fact.references if reference in owner), None)


def _purchase(order: Order, settlement: Settlement) -> Purchase | None:
    if settlement.activated_at is None or not order.is_for_membership:
        return None
    benefits = order.benefits
    return Purchase(
        order_id=order.id,
        plan=benefits.plan,
        terms_id=benefits.terms_id,
        daily_limit=benefits.daily_downloads,
        term=benefits.term,
        activated_at=settlement.activated_at,
        quoted_at=order.quoted_at,
        ended_at=settlement.ended_at,
        audience=benefits.audience,
        gives_up=order.gives_up,
    )
