"""An operator looks an order up."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.operators import Operator
from allmytracks.domain.orders import Order
from allmytracks.ports.operations import OrderOwners
from allmytracks.ports.payments import Orders
from allmytracks.services.audited import Audit


@dataclass(frozen=True)
class LookUpOrder:
    """Any account's order. Raises OrderNotFound."""

    owners: OrderOwners
    orders: Orders
    audit: Audit

    def __call__(self, order_id: str, operator: Operator) -> Order:
        self.audit(operator, "order_looked_up", order_id)
        return self.orders.get(self.owners.owner(order_id), order_id)
