"""An account's own orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class ListOrders:
    """All orders of the account, newest first."""

    orders: Orders

    def __call__(self, account_id: str) -> Sequence[Order]:
        return self.orders.all(account_id)
