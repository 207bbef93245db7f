"""Money: an integer in the minor unit of its currency, which is not always a hundredth (ISO 4217)."""

from __future__ import annotations

from iso4217 import Currency


def is_currency(code: str) -> bool:
    """Whether this code (upper case) is a currency."""
    try:
        return Currency(code).exponent is not None
    except ValueError:
        return False


def decimal(amount: int, currency: str) -> str:
    """An amount in the currency's major unit: 1990 is `19.90` in USD, `1,990` in JPY."""
    exponent = Currency(currency).exponent or 0
    sign, whole = ("-" if amount < 0 else ""), abs(amount)
    major, minor = divmod(whole, 10**exponent)
    return f"{sign}{major:,}" + (f".{minor:0{exponent}d}" if exponent else "")


def money(amount: int, currency: str) -> str:
    """An amount with its currency for people: `USD 19.90`."""
    return f"{currency} {decimal(amount, currency)}"
