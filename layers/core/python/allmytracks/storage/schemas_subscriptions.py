"""Request and response bodies of packages, orders and subscriptions (api.md, "Device cloud storage")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.schemas import AcceptForm
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.ledger.rules_subscriptions import PastDue
from allmytracks.payments.orders.rules_starts import Start
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.storage.rules_cover import Status
from allmytracks.storage.rules_packages import PackageList
from allmytracks.storage.rules_subscriptions import Subscribed
from allmytracks.storage.use_cases.cancel_subscription import Cancelled

MOST_PAST_DUE = 100


class PackagePriceAnswer(msgspec.Struct):
    """`mode` is `year` or `month_once`, paid in full, or `monthly`, which renews by itself."""

    mode: Mode
    currency: str
    amount: int


class PackageAnswer(msgspec.Struct):
    """A package on sale; `quota_gibibytes` is how much of a device's recordings is kept at once (fair use)."""

    package: str
    title: str
    retention_days: int
    quota_gibibytes: int
    prices: list[PackagePriceAnswer]


class PackagesAnswer(msgspec.Struct):
    """What is on sale; `grace_days` is how long a monthly plan goes on while a failed payment is retried."""

    items: list[PackageAnswer]
    grace_days: int | None


class StorageOrderForm(msgspec.Struct):
    """The device, and what to buy for it; without a currency the package's first price of the mode is quoted.

    `start` is `after_running` (a trial or package that runs first ends as it would), or `at_once` to give up the rest
    of a trial. A monthly plan always starts at once.
    """

    device_id: str
    package: str
    mode: Mode
    accept: list[AcceptForm]
    currency: str | None = None
    start: Start = Start.AFTER_RUNNING

    def accepted(self) -> list[Accepted]:
        """What was accepted."""
        return [Accepted(each.agreement, each.version) for each in self.accept]


class ChargeAnswer(msgspec.Struct):
    """What is charged next, and when."""

    at: str
    amount: int
    currency: str


class SubscriptionAnswer(msgspec.Struct):
    """A subscription of a device; a trial has neither package nor mode.

    `ends_at` is until when it is paid; `access_until` until when recordings are made and can be read: earlier after a
    cancellation, later while a failed payment is retried (`past_due`).
    """

    subscription_id: str
    device_id: str
    package: str | None
    mode: Mode | None
    status: Status
    starts_at: str
    ends_at: str
    access_until: str
    retention_days: int
    renews: bool
    next_charge: ChargeAnswer | None
    order_id: str | None


class SubscriptionsAnswer(msgspec.Struct):
    """A page of the subscriptions of the caller's devices, the newest first."""

    items: list[SubscriptionAnswer]
    next_cursor: str | None


class PastDueAnswer(msgspec.Struct):
    """A monthly plan that goes on unpaid from `since` to `access_until`, unless its payment succeeds."""

    subscription_id: str
    account_id: str
    device_id: str
    package: str
    amount: int
    currency: str
    since: str
    access_until: str


class PastDuesAnswer(msgspec.Struct):
    """How many monthly plans are past due, and the first hundred, the longest unpaid first."""

    total: int
    items: list[PastDueAnswer]


class CancelForm(msgspec.Struct):
    """`preview`: only says what cancelling would give; send false to cancel."""

    preview: bool


class RefundLineAnswer(msgspec.Struct):
    """One line of the calculation; the lines add up to the refund."""

    text: str
    amount: int


class RefundAnswer(msgspec.Struct):
    """What is given back by the way it was paid, in the currency's minor unit."""

    amount: int
    currency: str
    lines: list[RefundLineAnswer]


class CancellationAnswer(msgspec.Struct):
    """What cancelling gives, or gave: until when there is access, and the refund."""

    subscription_id: str
    access_until: str
    refund: RefundAnswer
    cancelled: bool


def packages_answer(sold: PackageList | None) -> PackagesAnswer:
    """What is on sale."""
    items = [
        PackageAnswer(
            each.id,
            each.title,
            each.retention_days,
            each.quota_gibibytes,
            [PackagePriceAnswer(price.mode, price.currency, price.amount) for price in each.prices],
        )
        for each in (sold.packages if sold else ())
    ]
    return PackagesAnswer(items, sold.grace_days if sold else None)


def subscription_answer(found: Subscribed, now: datetime) -> SubscriptionAnswer:
    """A subscription as its member sees it."""
    period, bought = found.period, found.bought
    renews_at = bought.renews_at if bought is not None and period.renews else None
    charge = ChargeAnswer(rfc3339(renews_at), bought.amount, bought.currency) if renews_at and bought else None
    return SubscriptionAnswer(
        subscription_id=period.subscription_id,
        device_id=found.device_id,
        package=bought.package if bought else None,
        mode=bought.mode if bought else None,
        status=period.status(now),
        starts_at=rfc3339(period.starts_at),
        ends_at=rfc3339(period.ends_at),
        access_until=rfc3339(period.access_until),
        retention_days=period.retention_days,
        renews=period.renews and now < period.access_until,
        next_charge=charge if now < period.access_until else None,
        order_id=bought.order_id if bought else None,
    )


def past_due_answer(found: Sequence[PastDue]) -> PastDuesAnswer:
    """The plans that are past due."""
    items = [
        PastDueAnswer(
            each.plan.subscription_id,
            each.account_id,
            each.plan.device_id,
            each.plan.package,
            each.plan.amount,
            each.plan.currency,
            rfc3339(each.since),
            rfc3339(each.since + timedelta(days=each.plan.grace_days)),
        )
        for each in found[:MOST_PAST_DUE]
    ]
    return PastDuesAnswer(len(found), items)


def cancellation_answer(done: Cancelled) -> CancellationAnswer:
    """A cancellation, or its preview."""
    result = done.cancellation
    lines = [RefundLineAnswer(line.text, line.amount) for line in result.lines]
    refund = RefundAnswer(result.refund, result.currency, lines)
    return CancellationAnswer(done.subscription_id, rfc3339(result.access_until), refund, done.cancelled)
