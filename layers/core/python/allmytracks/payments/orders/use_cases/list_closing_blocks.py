"""What orders have against the closing of their account (S-6.2, S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.rules_closing import Block
from allmytracks.payments.orders.rules_closing import blocks_of_orders
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class ListOrderBlocks:
    """Disputes, unfinished orders, money that is owed."""

    orders: Orders

    def __call__(self, account_id: str, now: datetime, *, forfeit: bool) -> Sequence[Block]:  # noqa: ARG002 - the port's
        return blocks_of_orders(self.orders.all(account_id), now)
