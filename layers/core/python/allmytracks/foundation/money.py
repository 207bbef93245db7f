"""Money: an integer in the minor unit of its currency, which is not always a hundredth (ISO 4217)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allmytracks.foundation.first_use import loaded_at_first_use

if TYPE_CHECKING:
    from iso4217 import Currency


@loaded_at_first_use
def _currencies() -> type[Currency]:
    """The library reads its table (20 ms) when it is imported; most requests that may name a sum name none."""
    from iso4217 import Currency  # noqa: PLC0415

    return Currency


def is_currency(code: str) -> bool:
    """Whether this code (upper case) is a currency."""
    try:
        return _currencies()(code).exponent is not None
    except ValueError:
        return False


def decimal(amount: int, currency: str) -> str:
    """An amount in the currency's major unit: 1990 is `19.90` in USD, `1,990` in JPY."""
    exponent = _currencies()(currency).exponent or 0
    sign, whole = ("-" if amount < 0 else ""), abs(amount)
    major, minor = divmod(whole, 10**exponent)
    return f"{sign}{major:,}" + (f".{minor:0{exponent}d}" if exponent else "")


def money(amount: int, currency: str) -> str:
    """An amount with its currency for people: `USD 19.90`."""
    return f"{currency} {decimal(amount, currency)}"
