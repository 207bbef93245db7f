"""Packages of cloud storage on sale, as they were published (S-7.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.payments.orders.rules_storage import Mode


class PackagePrice(Struct, frozen=True):
    """The price of one mode in one currency, in its minor unit, without a tax that is added."""

    mode: Mode
    currency: str
    amount: int


class Package(Struct, frozen=True):
    """A package: for how many days recordings are kept, and how much of a device's is (fair use)."""

    id: str
    title: str
    retention_days: int
    quota_gibibytes: int
    prices: tuple[PackagePrice, ...]

    def price(self, mode: Mode, currency: str | None) -> PackagePrice:
        """The price of a mode; without a currency the first one. Raises InvalidFields."""
        offers = [each for each in self.prices if each.mode is mode]
        if not offers:
            sold = ", ".join(dict.fromkeys(each.mode.value for each in self.prices))
            raise InvalidFields([FieldProblem("mode", "not_sold", f"{self.title} is sold by: {sold}.")])
        found = [each for each in offers if currency in {None, each.currency}]
        if not found:
            sold = ", ".join(each.currency for each in offers)
            raise InvalidFields([FieldProblem("currency", "not_sold", f"{self.title} is sold in: {sold}.")])
        return found[0]

    def monthly(self, currency: str) -> int:
        """The price of a month by which a year is prorated (S-8.2.1). Raises InvalidFields."""
        return self.price(Mode.MONTHLY, currency).amount


class PackageList(Struct, frozen=True):
    """What was on sale from an instant on. `grace_days`: how long a monthly plan goes on while its payment is retried.

    `trial_quota_gibibytes` is the fair use of a device on trial.
    """

    version: str
    effective_at: datetime
    packages: tuple[Package, ...]
    grace_days: int
    trial_quota_gibibytes: int

    def package(self, package_id: str) -> Package:
        """A package by its id. Raises InvalidFields."""
        for each in self.packages:
            if each.id == package_id:
                return each
        known = ", ".join(each.id for each in self.packages)
        raise InvalidFields([FieldProblem("package", "unknown", f"There is no such package; these are sold: {known}.")])

    def offered(self, is_charged: Callable[[str], bool]) -> PackageList:
        """Only the prices that the payment provider charges."""
        packages = []
        for each in self.packages:
            prices = tuple(price for price in each.prices if is_charged(price.currency))
            if prices:
                packages.append(replace(each, prices=prices))
        return replace(self, packages=tuple(packages))


def in_force(lists: Sequence[PackageList], now: datetime) -> PackageList | None:
    """The list in force; None before the first one, and then nothing is sold."""
    begun = [each for each in lists if each.effective_at <= now]
    return max(begun, key=lambda each: each.effective_at, default=None)
