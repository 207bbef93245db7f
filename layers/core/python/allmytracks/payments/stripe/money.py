"""Sums as Stripe counts them, where that is not the minor unit of ISO 4217 (docs.stripe.com/currencies)."""

from __future__ import annotations

# No parts by ISO 4217, and hundredths at Stripe, which two of them had when it began with them.
_HUNDREDTHS = frozenset({"ISK", "UGX"})
# Hundredths by ISO 4217, and whole at Stripe.
_WHOLE = frozenset({"MGA"})


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units in Stripe's; `currency` in upper case. Raises ValueError where Stripe has no part so small."""
    if currency in _HUNDREDTHS:
        return amount * 100
    if currency not in _WHOLE:
        return amount
    if amount % 100:
        raise ValueError(f"Stripe charges whole {currency} only")
    return amount // 100


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's units in our minor units."""
    if currency in _HUNDREDTHS:
        return amount // 100
    return amount * 100 if currency in _WHOLE else amount
