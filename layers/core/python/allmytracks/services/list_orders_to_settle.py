"""An operator lists the orders whose money is to be given back (M-II.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.operators import Operator
from allmytracks.domain.orders import Order
from allmytracks.ports.downloads import Page
from allmytracks.ports.operations import OrdersToSettle
from allmytracks.services.audited import Audit


@dataclass(frozen=True)
class ListOrdersToSettle:
    """One page of them, the longest waiting first; an order that was given back has left the list."""

    orders: OrdersToSettle
    audit: Audit

    def __call__(self, operator: Operator, *, limit: int, cursor: str | None) -> Page[Order]:
        self.audit(operator, "orders_to_settle_listed", "orders")
        return self.orders.page(limit=limit, cursor=cursor)
