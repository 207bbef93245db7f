"""In-memory fakes: orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page
from allmytracks.payments.orders.dynamodb_to_settle import _cursor, _start
from allmytracks.payments.orders.rules import Checkout, Order, OrderNotFound, newest_first


@dataclass
class MemoryOrderOwners:
    """Owners of orders in memory."""

    orders: MemoryOrders

    def owner(self, order_id: str) -> str:
        if order_id not in self.orders.stored:
            raise OrderNotFound("There is no such order.")
        return self.orders.stored[order_id].account_id


@dataclass
class MemoryOrdersToSettle:
    """The list in memory."""

    orders: MemoryOrders

    def page(self, *, limit: int, cursor: str | None) -> Page[Order]:
        start = _start(cursor)["timeline_at"]["S"] if cursor else ""
        waiting = sorted((order for order in self.orders.stored.values() if order.is_to_settle), key=_place)
        after = [order for order in waiting if _place(order) > start]
        return Page(after[:limit], _cursor(after[limit - 1]) if len(after) > limit else None)


@dataclass
class MemoryOrders:
    """Orders in memory."""

    stored: dict[str, Order] = field(default_factory=dict)

    def add(self, order: Order) -> Order:
        if order.id in self.stored:
            return self.get(order.account_id, order.id)
        self.stored[order.id] = order
        return order

    def get(self, account_id: str, order_id: str) -> Order:
        order = self.stored.get(order_id)
        if order is None or order.account_id != account_id:
            raise OrderNotFound("You have no such order.")
        return order

    def all(self, account_id: str) -> Sequence[Order]:
        return newest_first(order for order in self.stored.values() if order.account_id == account_id)

    def set_checkout(self, account_id: str, order_id: str, checkout: Checkout, expired: Checkout | None = None) -> None:
        order = self.get(account_id, order_id)
        if (order.checkout and order.checkout.session_id) == (expired and expired.session_id):
            self.stored[order_id] = replace(order, checkout=checkout)


def _place(order: Order) -> str:
    return f"{rfc3339(order.quoted_at)}#{order.id}"
