"""One order of an account."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class GetOrder:
    """The account's own order. Raises OrderNotFound."""

    orders: Orders

    def __call__(self, account_id: str, order_id: str) -> Order:
        return self.orders.get(account_id, order_id)
