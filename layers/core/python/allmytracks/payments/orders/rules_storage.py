"""What an order for cloud storage of a device buys: a package, paid in full or month by month (S-7.2)."""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum

from msgspec import Struct

# The agreement that an order for cloud storage needs (S-0.accept).
CLOUD_AGREEMENTS = ("cloud-agreement",)


class Mode(StrEnum):
    """How a package is paid."""

    YEAR = "year"
    MONTH_ONCE = "month_once"
    MONTHLY = "monthly"


# How long one payment of a mode lasts.
TERMS = {Mode.YEAR: "year", Mode.MONTH_ONCE: "month", Mode.MONTHLY: "month"}


class DevicePackage(Struct, frozen=True):
    """A package for a device, as it was quoted; a later change of prices changes nothing.

    `monthly_amount` is the price of the monthly plan, tax included, by which a year is prorated (S-8.2.1).
    `grace_days`: how long a monthly plan goes on while a failed payment is retried. `at_once`: the buyer gives up the
    rest of a trial. `renews` is the order whose monthly plan this one pays a further month of.
    """

    device_id: str
    mode: Mode
    retention_days: int
    monthly_amount: int
    grace_days: int
    at_once: bool = False
    renews: str | None = None


def subscription_id_of(order_id: str) -> str:
    """The subscription that an order begins."""
    return f"sub_{order_id.removeprefix('ord_')}"


def order_id_of(subscription_id: str) -> str:
    """The order that began a subscription."""
    return f"ord_{subscription_id.removeprefix('sub_')}"


def renewal_id(order_id: str, invoice: str) -> str:
    """The order of a further month, from the provider's invoice of it; deterministic."""
    digest = hashlib.sha256(f"renewal\0{order_id}\0{invoice}".encode()).digest()
    return "ord_" + base64.b32encode(digest[:16]).decode().rstrip("=").lower()
