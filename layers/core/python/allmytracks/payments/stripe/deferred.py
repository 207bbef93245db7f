"""Stripe's calls of cancellations, loaded with the first one: a payment that is folded does not wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import CancellingProvider


class DeferredCancelling:
    """Delegates to what `load` gives; `report` is called with the order of each call that fails."""

    def __init__(self, load: Callable[[], CancellingProvider], report: Callable[[str], None]) -> None:
        self._load, self._report = load, report
        self._loaded: CancellingProvider | None = None

    def give_back(self, order: Order, amount: int) -> None:
        with self._reported(order):
            self._provider().give_back(order, amount)

    def stop_renewing(self, order: Order) -> None:
        with self._reported(order):
            self._provider().stop_renewing(order)

    @contextmanager
    def _reported(self, order: Order) -> Iterator[None]:
        with ExitStack() as on_failure:
            on_failure.callback(self._report, order.id)
            yield
            on_failure.pop_all()

    def _provider(self) -> CancellingProvider:
        self._loaded = self._loaded or self._load()
        return self._loaded
