"""An operator declines an application for membership, paid or not (M-II.2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from allmytracks.accounts.rules_reasons import AGAINST, Reason, require_reason
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.payments.ledger.use_cases.end_order import OPERATOR, EndOrder
from allmytracks.payments.orders.rules import NothingToEnd, Order, OrderStatus
from allmytracks.payments.ports import OrderOwners, Orders
from allmytracks.payments.rules import FactKind


@dataclass(frozen=True)
class DeclineOrder:
    """Ends the order and its period at once; the paid sum is recorded on it as `amount_to_settle`.

    An unpaid one cannot be confirmed any more, and a later payment starts nothing. Raises OrderNotFound, NothingToEnd
    (fully refunded already), InvalidFields (reason), Unavailable.
    """

    owners: OrderOwners
    orders: Orders
    end: EndOrder
    audit: Audit

    def __call__(
        self, order_id: str, reason: Reason, operator: Operator, permitted: Collection[Reason] = AGAINST
    ) -> Order:
        account_id = self.owners.owner(order_id)
        order = self.orders.get(account_id, order_id)
        if order.settlement is not None and order.settlement.status is OrderStatus.REFUNDED:
            raise NothingToEnd("This order is fully refunded already.")
        require_reason(reason, permitted)
        self.audit(operator, "order_declined", order_id, reason)
        self.end(order, FactKind.ORDER_DECLINED, reason, by=OPERATOR)
        return self.orders.get(account_id, order_id)
