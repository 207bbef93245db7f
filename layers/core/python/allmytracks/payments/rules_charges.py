"""The sums that the payment provider can charge, in our minor units (ISO 4217).

From Stripe's published page (docs.stripe.com/currencies, read 2026-11-27); a test compares every currency of ISO 4217
with it. How Stripe counts them is in `stripe/money.py`.
"""

from __future__ import annotations

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD
JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL
THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
"""
_CHARGED = frozenset(_CODES.split())
# The last of three decimals must be 0; of the ariary (hundredths by ISO 4217) only whole units are charged.
_STEPS = {"BHD": 10, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10, "MGA": 100}
# For accounts settled in the same currency; otherwise the least depends on the day's rate, and is not checked.
_LEAST = {
    **dict.fromkeys(("USD", "ARS", "AUD", "BRL", "CAD", "CHF", "COP", "EUR", "IDR", "ILS", "INR", "JPY", "KRW"), 50),
    **dict.fromkeys(("NZD", "PHP", "RUB", "SGD", "ZAR"), 50),
    **dict.fromkeys(("AED", "MYR", "PLN", "RON"), 200),
    **dict.fromkeys(("NOK", "SEK"), 300),
    **dict.fromkeys(("MXN", "THB"), 1000),
    "GBP": 30,
    "DKK": 250,
    "HKD": 400,
    "CZK": 1500,
    "HUF": 17500,
}
# Eight digits as Stripe counts, by any method of payment; it counts hundredths of ISK and UGX and whole MGA.
_MOST_ELSEWHERE = 99_999_999
_MOST = {
    "COP": 9_999_999_999,
    "IDR": 999_999_999_999,
    "INR": 999_999_999,
    "ISK": 999_999,
    "UGX": 999_999,
    "MGA": 9_999_999_900,
}


def is_charged(currency: str) -> bool:
    """Whether the payment provider charges anything in this currency."""
    return currency in _CHARGED


def step_of(currency: str) -> int:
    """The unit of which every sum in this currency is a multiple."""
    return _STEPS.get(currency, 1)


def most_of(currency: str) -> int:
    """The largest sum of one charge."""
    return _MOST.get(currency, _MOST_ELSEWHERE)


def least_of(currency: str) -> int:
    """The smallest sum of one charge."""
    return _LEAST.get(currency, step_of(currency))


def why_not_charged(amount: int, currency: str) -> str | None:
    """Why a sum cannot be charged, and what to do; None where it can be."""
    if currency not in _CHARGED:
        return f"The payment provider charges nothing in {currency}. Choose another currency."
    if amount % step_of(currency):
        return f"The payment provider charges {currency} in multiples of {step_of(currency)} minor units only."
    if amount < least_of(currency):
        return f"The payment provider charges at least {least_of(currency)} minor units of {currency}."
    if amount > most_of(currency):
        return f"The payment provider charges at most {most_of(currency)} minor units of {currency}."
    return None
