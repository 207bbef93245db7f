"""A further month of a monthly plan is an order of its own, added with its provider's first word of it (S-7.2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.payments.ledger.rules_inbox import Owner
from allmytracks.payments.orders.rules import Order, OrderNotFound
from allmytracks.payments.ports import OrderOwners, Orders
from allmytracks.payments.rules import Fact


@dataclass(frozen=True)
class AddRenewal:
    """Returns the order's owner; None where the fact renews no order of ours. Idempotent. Raises Unavailable."""

    owners: OrderOwners
    orders: Orders

    def __call__(self, fact: Fact) -> Owner | None:
        if fact.renews is None or fact.order_id is None:
            return None
        try:
            first = self.orders.get(self.owners.owner(fact.renews), fact.renews)
        except OrderNotFound:
            return None
        if first.storage is None:
            return None
        placed_at = fact.covers_from or fact.occurred_at
        renewal = Order(
            id=fact.order_id,
            account_id=first.account_id,
            benefits=first.benefits,
            amount=first.amount,
            currency=first.currency,
            quoted_at=placed_at,
            expires_at=placed_at,
            tax=first.tax,
            storage=replace(first.storage, renews=first.id),
        )
        return Owner(first.account_id, self.orders.add(renewal).id)
