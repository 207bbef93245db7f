"""Stripe's calls of cancellations, loaded with the first one: a payment that is folded does not wait for them."""

from __future__ import annotations

from collections.abc import Callable

from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import CancellingProvider


class DeferredCancelling:
    """Delegates to what `load` gives."""

    def __init__(self, load: Callable[[], CancellingProvider]) -> None:
        self._load = load
        self._loaded: CancellingProvider | None = None

    def give_back(self, order: Order, amount: int) -> None:
        self._provider().give_back(order, amount)

    def stop_renewing(self, order: Order) -> None:
        self._provider().stop_renewing(order)

    def _provider(self) -> CancellingProvider:
        self._loaded = self._loaded or self._load()
        return self._loaded
