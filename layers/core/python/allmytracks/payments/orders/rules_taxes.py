"""Tax on an order: by published rates, computed for the quote, so that the buyer confirms the whole sum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

ELSEWHERE = "*"


class TaxRate(Struct, frozen=True):
    """The tax of one country (`*`: of every country without a rate of its own).

    `included`: list prices include the tax; else it is added to them. `reverse_charge`: a business there that has a
    valid number for tax owes the tax itself, and is charged the price without it.
    """

    country: str
    name: str
    percent: Decimal
    included: bool
    reverse_charge: bool = False


class Tax(Struct, frozen=True):
    """The tax within an order's amount, in the currency's minor unit; `percent` as it was published.

    With `reverse_charge` the buyer owes it: `percent` is 0 and `amount` none of the order's.
    """

    country: str
    name: str
    percent: str
    amount: int
    reverse_charge: bool = False


class TaxTable(Struct, frozen=True):
    """All rates as published at one instant."""

    effective_at: datetime
    rates: tuple[TaxRate, ...]

    def needs_country(self) -> bool:
        """Whether the tax depends on where the buyer is."""
        return any(rate.country != ELSEWHERE for rate in self.rates)

    def rate(self, country: str | None) -> TaxRate | None:
        """The rate for a buyer from `country` (ISO 3166-1, checked); None where there is no tax."""
        by_country = {rate.country: rate for rate in self.rates}
        return by_country.get(country or ELSEWHERE) or by_country.get(ELSEWHERE)


def in_force(tables: Sequence[TaxTable], now: datetime) -> TaxTable | None:
    """The table in force; None before the first one, and then nothing is taxed."""
    begun = [table for table in tables if table.effective_at <= now]
    return max(begun, key=lambda table: table.effective_at, default=None)


def taxed(price: int, rate: TaxRate | None, country: str | None, step: int) -> tuple[int, Tax | None]:
    """A price with its tax, and the tax within that sum; halves are rounded up.

    An added tax is a multiple of `step`, as the price is: no other sum could be charged.
    """
    if rate is None or not rate.percent:
        return price, None
    if rate.included:
        amount = price - _rounded(Decimal(price) * 100 / (100 + rate.percent))
        total = price
    else:
        amount = _rounded(Decimal(price) * rate.percent / 100 / step) * step
        total = price + amount
    return total, Tax(country or rate.country, rate.name, f"{rate.percent.normalize():f}", amount)


def reversed_charge(price: int, rate: TaxRate, country: str, step: int) -> tuple[int, Tax | None]:
    """The price without the tax, which its buyer owes; a multiple of `step`, as no other sum could be charged."""
    net = price
    if rate.included:
        net = _rounded(Decimal(price) * 100 / (100 + rate.percent) / step) * step
    return net, Tax(country, rate.name, "0", 0, reverse_charge=True)


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
