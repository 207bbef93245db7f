"""Confirming a quote opens the provider's checkout for exactly that price (U-III.I.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from allmytracks.domain.accounts import require_active
from allmytracks.domain.orders import Order, require_quote
from allmytracks.ports.accounts import Accounts
from allmytracks.ports.payments import Orders, PaymentProvider
from allmytracks.ports.time_and_ids import Clock


@dataclass(frozen=True)
class ConfirmOrder:
    """Answers the order with its checkout; a repeated confirmation gets the same one.

    The provider makes one checkout an order, whatever is retried, so a crash before it is recorded loses nothing.
    Raises OrderNotFound, QuoteMismatch, OrderExpired, OrderNotOpen, Unavailable, and what require_active raises.
    """

    orders: Orders
    accounts: Accounts
    provider: PaymentProvider
    clock: Clock

    def __call__(self, account_id: str, order_id: str, amount: int, currency: str) -> Order:
        order = self.orders.get(account_id, order_id)
        require_active(self.accounts.get(account_id))
        require_quote(order, amount, currency, self.clock.now())
        if order.checkout is not None:
            return order
        checkout = self.provider.open_checkout(order)
        self.orders.set_checkout(account_id, order_id, checkout)
        return replace(order, checkout=checkout)
