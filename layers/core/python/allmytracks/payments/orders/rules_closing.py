"""What orders have against the closing of their account (S-6.2, S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from allmytracks.accounts.rules_closing import Block
from allmytracks.payments.orders.rules import Order, OrderStatus, with_open_disputes


def blocks_of_orders(orders: Sequence[Order], now: datetime) -> list[Block]:
    """Open disputes, checkouts that can still be paid, and money that is still to be given back."""
    disputed = "The bank disputes a payment of this order; wait for its decision."
    pending = "This order can still be paid; wait until its checkout has ended."
    owed = "Money of this order is still to be given back to you; wait until it was."
    return [
        *(Block("open_dispute", disputed, reference=order_id) for order_id in with_open_disputes(orders)),
        *(
            Block("unfinished_order", pending, reference=order.id)
            for order in orders
            if order.status_at(now) is OrderStatus.PENDING
        ),
        *(Block("balance", owed, reference=order.id) for order in orders if order.is_to_settle),
    ]
