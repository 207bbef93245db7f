"""Orders by the Idempotency-Key of the request that made them."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.time_and_ids import Ids
from allmytracks.payments.orders.rules import Order, OrderNotFound, order_id_for
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class KeyedOrders:
    """A request with a key always makes the order of the same id; one without a key makes another each time."""

    orders: Orders
    ids: Ids

    def id_for(self, account_id: str, key: str | None) -> str:
        """The id of the order that a request makes."""
        return self.ids.new("ord") if key is None else order_id_for(account_id, key)

    def earlier(self, account_id: str, key: str | None) -> Order | None:
        """What an earlier request with this key made, if any. Raises Unavailable."""
        if key is None:
            return None
        try:
            return self.orders.get(account_id, order_id_for(account_id, key))
        except OrderNotFound:
            return None
