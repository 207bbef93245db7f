"""Subscriptions of cloud storage: what payments say of them, as facts of the cover (S-7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.foundation.errors import NotFound
from allmytracks.payments.ledger.rules_subscriptions import Subscription, month_number
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.storage.rules_cover import Facts, Monthly, PaidInFull, Period, Trial, periods
from allmytracks.storage.rules_devices import DeviceCovered
from allmytracks.storage.rules_trials import DeviceTrial


class SubscriptionNotFound(NotFound):
    """The caller has no such subscription."""

    code = "subscription_not_found"


class DeviceRenews(DeviceCovered):
    """A monthly plan of the device renews by itself, or another package runs that a monthly plan cannot follow."""


class Subscribed(Struct, frozen=True):
    """A subscription as its member sees it: `bought` is None of a trial."""

    device_id: str
    period: Period
    bought: Subscription | None = None

    @property
    def key(self) -> str:
        """What tells it from the account's others; a device has one trial."""
        return self.device_id if self.bought is None else self.bought.subscription_id


def facts_by_device(trial: DeviceTrial | None, bought: Iterable[Subscription]) -> Mapping[str, Facts]:
    """What happened for each device of an account."""
    by_device: dict[str, list[Subscription]] = {}
    for each in bought:
        by_device.setdefault(each.device_id, []).append(each)
    begun = {trial.device_id: Trial(trial.subscription_id, trial.started_at)} if trial else {}
    return {
        device_id: Facts(
            begun.get(device_id),
            tuple(_in_full(each) for each in by_device.get(device_id, ()) if each.mode is not Mode.MONTHLY),
            tuple(_monthly(each) for each in by_device.get(device_id, ()) if each.mode is Mode.MONTHLY),
        )
        for device_id in sorted(by_device.keys() | begun.keys())
    }


def _in_full(bought: Subscription) -> PaidInFull:
    if bought.paid_at is None:
        raise ValueError("a subscription that is paid in full begins with its payment")
    return PaidInFull(
        bought.subscription_id,
        bought.mode,
        bought.paid_at,
        bought.retention_days,
        bought.at_once,
        bought.cancelled_at,
        bought.ended_at,
    )


def _monthly(bought: Subscription) -> Monthly:
    if bought.anchor is None:
        raise ValueError("a monthly plan begins with its first month")
    first = month_number(bought.anchor)
    return Monthly(
        bought.subscription_id,
        bought.anchor,
        bought.retention_days,
        frozenset(each - first for each in bought.months),
        bought.cancelled_at,
        timedelta(days=bought.grace_days),
        bought.ended_at,
    )


def subscribed(trial: DeviceTrial | None, bought: Sequence[Subscription]) -> tuple[Subscribed, ...]:
    """An account's subscriptions, the newest first."""
    by_id = {each.subscription_id: each for each in bought}
    found = [
        Subscribed(device_id, period, by_id.get(period.subscription_id))
        for device_id, facts in facts_by_device(trial, bought).items()
        for period in periods(facts)
    ]
    return tuple(sorted(found, key=lambda each: (each.period.starts_at, each.period.subscription_id), reverse=True))


def starts_at(facts: Facts, subscription: PaidInFull, now: datetime) -> datetime:
    """When a package that is paid now would start."""
    with_it = Facts(facts.trial, (*facts.paid_in_full, subscription), facts.monthly)
    found = {each.subscription_id: each for each in periods(with_it)}
    return found[subscription.subscription_id].starts_at if subscription.subscription_id in found else now


def require_orderable(facts: Facts, mode: Mode, now: datetime) -> None:
    """Checks that what is ordered has a start. Raises DeviceRenews.

    Behind a plan that renews by itself nothing could ever start; a monthly plan runs at once, so it follows nothing
    that is paid.
    """
    left = [each for each in periods(facts) if each.access_until > now and each.access_until > each.starts_at]
    if any(each.renews for each in left):
        message = "A monthly plan of this device renews by itself; cancel it first, and order when it is cancelled."
        raise DeviceRenews(message)
    paid = [each for each in left if not each.trial]
    if mode is Mode.MONTHLY and paid:
        until = max(each.access_until for each in paid)
        message = f"A monthly plan runs at once, and this device is paid for until {until:%Y-%m-%d}; order it then."
        raise DeviceRenews(message)
