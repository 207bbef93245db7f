"""Fees paid for the service, by currency (M-VI.8)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from allmytracks.payments.orders.rules import Order


class Fees(Struct, frozen=True):
    """The sums of one currency's orders, in its minor unit."""

    currency: str
    orders: int
    paid: int
    returned: int

    @property
    def kept(self) -> int:
        """The fees paid less returns."""
        return self.paid - self.returned


def fees_of(orders: Iterable[Order]) -> tuple[Fees, ...]:
    """The fees of paid orders by currency code."""
    sums: dict[str, Fees] = {}
    for order in orders:
        settled = order.settlement
        if settled is None or not settled.amount_paid:
            continue
        before = sums.get(order.currency, Fees(order.currency, 0, 0, 0))
        sums[order.currency] = Fees(
            order.currency,
            before.orders + 1,
            before.paid + settled.amount_paid,
            before.returned + settled.amount_returned,
        )
    return tuple(sums[currency] for currency in sorted(sums))
