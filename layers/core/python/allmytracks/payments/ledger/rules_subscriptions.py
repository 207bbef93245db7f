"""Subscriptions of cloud storage as payments made them; folded with the orders, one order at a time.

A monthly plan is one entry: each of its months is an order of its own, and changes nothing of the entry but its month.
So the fold of a payment reads neither the orders nor the facts of the months before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.memberships.rules_terms import months_after
from allmytracks.payments.orders.rules import Order, Settlement
from allmytracks.payments.orders.rules_storage import DevicePackage, Mode, subscription_id_of

RENEWAL_NOTICE_BEFORE = timedelta(days=7)
# An account with a plan that is past due is looked at so often: the index lists it, and what is past due is counted.
PAST_DUE_LOOK = timedelta(hours=1)
# Why a plan was cancelled with its account.
ACCOUNT_CLOSED, ACCOUNT_BANNED = "account_closed", "account_banned"


class Subscription(Struct, frozen=True):
    """One subscription.

    `paid_at` is the payment of one that is paid in full. Of a monthly plan `anchor` is the start of its first month,
    and `months` the months that are paid, each as year * 12 + month - 1 of the day that it starts on. `cancelled_at` is
    that of the first cancellation; `ended_at` is when it ended at once, by the return of its money or declined.
    """

    subscription_id: str
    order_id: str
    device_id: str
    package: str
    mode: Mode
    retention_days: int
    grace_days: int
    amount: int
    currency: str
    at_once: bool = False
    paid_at: datetime | None = None
    anchor: datetime | None = None
    months: tuple[int, ...] = ()
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def paid_until(self) -> datetime | None:
        """The end of the last month of a monthly plan that is paid; a later month shows that those before it were."""
        if self.anchor is None:
            return None
        last = max(self.months, default=month_number(self.anchor) - 1)
        return months_after(self.anchor, last - month_number(self.anchor) + 1)

    @property
    def renews_at(self) -> datetime | None:
        """When the provider charges the next month; None for what does not renew."""
        return self.paid_until if self.months and self.cancelled_at is None and self.ended_at is None else None

    def past_due_since(self, now: datetime) -> datetime | None:
        """Since when it goes on without the payment of its next month; None where it is not past due."""
        at = self.renews_at
        return at if at is not None and at <= now < at + timedelta(days=self.grace_days) else None


class PastDue(Struct, frozen=True):
    """A monthly plan that goes on while the payment of its next month is retried."""

    account_id: str
    plan: Subscription
    since: datetime


class Renewal(Struct, frozen=True):
    """An account whose notices of renewals and ends are to be looked at, and since when."""

    account_id: str
    due_at: datetime


def next_notice(subscriptions: Iterable[Subscription], now: datetime) -> datetime | None:
    """When the account's notices are to be looked at: seven days before the first renewal that is yet to come.

    At the next run where something is paid in full, as its end depends on what it follows (storage/rules_ends.py), or
    is past due.
    """
    subscriptions = tuple(subscriptions)
    if any(each.paid_at is not None or each.past_due_since(now) for each in subscriptions):
        return now
    renewals = [each.renews_at for each in subscriptions if each.renews_at is not None and each.renews_at > now]
    return min(renewals) - RENEWAL_NOTICE_BEFORE if renewals else None


def month_number(start: datetime) -> int:
    """The number of the calendar month that a paid month starts in; two months never start in the same one."""
    start = start.astimezone(UTC)
    return start.year * 12 + start.month - 1


def subscribed(before: Iterable[Subscription], settled: Iterable[tuple[Order, Settlement]]) -> tuple[Subscription, ...]:
    """An account's subscriptions after some of its orders were settled; the order of folding does not matter."""
    known = {each.subscription_id: each for each in before}
    for order, settlement in settled:
        if order.storage is not None:
            entry = _entry(known, order, order.storage)
            known[entry.subscription_id] = _with(entry, order.storage, settlement)
    return tuple(known[name] for name in sorted(known) if _is_of_account(known[name]))


def _entry(known: dict[str, Subscription], order: Order, package: DevicePackage) -> Subscription:
    first = package.renews or order.id
    name = subscription_id_of(first)
    return known.get(name) or Subscription(
        subscription_id=name,
        order_id=first,
        device_id=package.device_id,
        package=order.benefits.plan,
        mode=package.mode,
        retention_days=package.retention_days,
        grace_days=package.grace_days,
        amount=order.amount,
        currency=order.currency,
        at_once=package.at_once,
    )


def _with(entry: Subscription, package: DevicePackage, settlement: Settlement) -> Subscription:
    if package.renews is None:
        cancelled = settlement.cancelled_at
        returned = settlement.returned_at if cancelled is None and package.mode is not Mode.MONTHLY else None
        ends = [at for at in (returned, settlement.declined_at) if at is not None]
        entry = replace(entry, cancelled_at=cancelled, ended_at=min(ends, default=None))
    if package.mode is not Mode.MONTHLY:
        return replace(entry, paid_at=settlement.activated_at)
    start = settlement.covers_from or settlement.activated_at
    if start is None:
        return entry
    is_paid = settlement.activated_at is not None and settlement.returned_at is None
    months = {*entry.months, month_number(start)} if is_paid else {*entry.months} - {month_number(start)}
    anchor = start if entry.anchor is None else min(entry.anchor, start)
    return replace(entry, anchor=anchor, months=tuple(sorted(months)))


def _is_of_account(entry: Subscription) -> bool:
    """Whether anything was ever paid for it."""
    return entry.paid_at is not None or entry.anchor is not None
