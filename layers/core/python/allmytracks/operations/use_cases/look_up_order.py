"""An operator looks an order up."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import OrderOwners, Orders


@dataclass(frozen=True)
class LookUpOrder:
    """Any account's order. Raises OrderNotFound."""

    owners: OrderOwners
    orders: Orders
    audit: Audit

    def __call__(self, order_id: str, operator: Operator) -> Order:
        self.audit(operator, "order_looked_up", order_id)
        return self.orders.get(self.owners.owner(order_id), order_id)
