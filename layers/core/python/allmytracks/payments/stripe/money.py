"""Stripe's units of currencies that differ from ISO 4217's minor unit (docs.stripe.com/currencies)."""

from __future__ import annotations

from allmytracks.payments.rules_charges import why_not_charged

# No minor unit by ISO 4217, and hundredths at Stripe, for historical reasons.
_HUNDREDTHS = frozenset({"ISK", "UGX"})
# Hundredths by ISO 4217, and whole units at Stripe.
_WHOLE = frozenset({"MGA"})


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units in Stripe's; `currency` in upper case. Raises ValueError for a sum that Stripe would refuse."""
    refusal = why_not_charged(amount, currency)
    if refusal is not None:
        raise ValueError(refusal)
    return units(amount, currency)


def units(amount: int, currency: str) -> int:
    """A sum that is given back, in Stripe's units: it may be smaller than any that is charged."""
    if currency in _HUNDREDTHS:
        return amount * 100
    return amount // 100 if currency in _WHOLE else amount


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's units in our minor units."""
    if currency in _HUNDREDTHS:
        return amount // 100
    return amount * 100 if currency in _WHOLE else amount
