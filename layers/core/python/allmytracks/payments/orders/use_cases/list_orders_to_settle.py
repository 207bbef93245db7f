"""An operator lists the orders with money to refund (M-II.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.paging import Page
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import OrdersToSettle


@dataclass(frozen=True)
class ListOrdersToSettle:
    """One page of them, the longest waiting first; refunded orders leave the list."""

    orders: OrdersToSettle
    audit: Audit

    def __call__(self, operator: Operator, *, limit: int, cursor: str | None) -> Page[Order]:
        self.audit(operator, "orders_to_settle_listed", "orders")
        return self.orders.page(limit=limit, cursor=cursor)
