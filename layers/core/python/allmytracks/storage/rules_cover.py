"""When a device is covered: a pure function of what was started, paid and cancelled for it (S-7.1, S-7.2, S-8.1).

All instants are UTC. A period holds its start and not its end. What was paid in full runs at once, or when what runs
already ends; a monthly plan runs from its anchor, month by month, as far as it is paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.memberships.rules_terms import months_after
from allmytracks.payments.orders.rules_storage import Mode

TRIAL = timedelta(days=14)
TRIAL_RETENTION_DAYS = 7
# The bucket's lifecycle (infra/data.yaml) removes recordings two days later, whatever else fails.
MOST_RETENTION_DAYS = 90
# How long a monthly plan goes on while the payment of its next month is retried, where nothing else was published.
GRACE = timedelta(days=7)


MONTHS = {Mode.YEAR: 12, Mode.MONTH_ONCE: 1}


class Status(StrEnum):
    """The status of a subscription."""

    TRIAL = "trial"
    UPCOMING = "upcoming"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    PAST_DUE = "past_due"
    ENDED = "ended"


class CoverStatus(StrEnum):
    """The status of a device."""

    NONE = "none"
    TRIAL = "trial"
    ACTIVE = "active"
    ENDED = "ended"


class Trial(Struct, frozen=True):
    """The trial of a device."""

    subscription_id: str
    started_at: datetime


class PaidInFull(Struct, frozen=True):
    """A package paid once, for a year or a month.

    `at_once`: the buyer gives up the rest of a trial. `cancelled_at` is that of the first cancellation, `ended_at` when
    all of its money was returned or it was declined: it ends at once then.
    """

    subscription_id: str
    mode: Mode
    paid_at: datetime
    retention_days: int
    at_once: bool = False
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None


class Monthly(Struct, frozen=True):
    """A monthly plan: the months that were paid, by number from 0, in any order.

    `anchor` is the start of month 0, from which every later month is counted. `cancelled_at` is that of the first
    cancellation. Without a paid month it covers nothing. `grace` is how long it goes on while a payment is retried.
    """

    subscription_id: str
    anchor: datetime
    retention_days: int
    paid_months: frozenset[int] = frozenset()
    cancelled_at: datetime | None = None
    grace: timedelta = GRACE
    ended_at: datetime | None = None

    @property
    def paid_until(self) -> datetime:
        """The end of the last month that is paid; a later month shows that those before it were."""
        return months_after(self.anchor, max(self.paid_months, default=-1) + 1)


class Facts(Struct, frozen=True):
    """What happened for one device."""

    trial: Trial | None = None
    paid_in_full: tuple[PaidInFull, ...] = ()
    monthly: tuple[Monthly, ...] = ()


class Period(Struct, frozen=True):
    """What one subscription covers: from `starts_at` to `access_until`.

    `ends_at` is what was paid for; access ends earlier after a cancellation, and later while a payment is retried. A
    subscription that was cancelled before its start covers nothing: its access ends at its start.
    """

    subscription_id: str
    starts_at: datetime
    ends_at: datetime
    access_until: datetime
    retention_days: int
    trial: bool = False
    renews: bool = False
    cancelled_at: datetime | None = None

    def covers(self, now: datetime) -> bool:
        """Whether recordings can be made and read at this instant."""
        return self.starts_at <= now < self.access_until

    def status(self, now: datetime) -> Status:
        """Its status at this instant."""
        if self.cancelled_at is not None and self.cancelled_at <= now < self.access_until:
            return Status.CANCELLED
        if self.access_until <= self.starts_at:
            return Status.ENDED if self.cancelled_at is None else Status.CANCELLED
        if now < self.starts_at:
            return Status.UPCOMING
        if now >= self.access_until:
            return Status.ENDED
        if self.trial:
            return Status.TRIAL
        return Status.ACTIVE if now < self.ends_at else Status.PAST_DUE


class Cover(Struct, frozen=True):
    """Whether a device is covered, and until when without a gap."""

    status: CoverStatus
    ends_at: datetime | None = None


def months_begun(start: datetime, at: datetime) -> int:
    """How many months from the start's day have begun at an instant not before it; the first counts at once (S-8.2.1).

    Each month is counted from the start itself, so that a short month does not move those after it.
    """
    months = (at.year - start.year) * 12 + at.month - start.month
    return months + 1 if months_after(start, months) <= at else months


def periods(facts: Facts) -> tuple[Period, ...]:
    """What each subscription covers, in the order of their starts."""
    found = [_monthly_period(each) for each in facts.monthly if each.paid_months]
    if facts.trial is not None:
        found.append(_trial_period(facts.trial, facts.paid_in_full))
    for paid in sorted(facts.paid_in_full, key=lambda each: (each.paid_at, each.subscription_id)):
        found.append(_paid_period(paid, _free_at(paid.paid_at, found)))
    return tuple(sorted(found, key=lambda each: (each.starts_at, each.subscription_id)))


def cover_at(facts: Facts, now: datetime) -> Cover:
    """Whether the device is covered at this instant."""
    begun = [each for each in periods(facts) if each.starts_at < each.access_until and each.starts_at <= now]
    if not begun:
        return Cover(CoverStatus.NONE)
    running = [each for each in begun if each.covers(now)]
    if not running:
        return Cover(CoverStatus.ENDED, max(each.access_until for each in begun))
    only_trial = all(each.trial for each in running)
    return Cover(CoverStatus.TRIAL if only_trial else CoverStatus.ACTIVE, _free_at(now, periods(facts)))


def retention_at(facts: Facts, now: datetime) -> int | None:
    """For how many days recordings are kept now; None where the device is not covered."""
    return max((each.retention_days for each in periods(facts) if each.covers(now)), default=None)


def is_bound(facts: Facts, now: datetime) -> bool:
    """Whether the device cannot be released, moved or replaced: something runs, or is paid and yet to start."""
    return any(each.starts_at < each.access_until and now < each.access_until for each in periods(facts))


def _trial_period(trial: Trial, paid_in_full: Sequence[PaidInFull]) -> Period:
    ends_at = trial.started_at + TRIAL
    bought = [each.paid_at for each in paid_in_full if each.at_once and trial.started_at <= each.paid_at < ends_at]
    given_up_at = min(bought, default=ends_at)
    return Period(trial.subscription_id, trial.started_at, ends_at, given_up_at, TRIAL_RETENTION_DAYS, trial=True)


def _monthly_period(plan: Monthly) -> Period:
    paid_until = plan.paid_until
    cancelled, grace_ends = plan.cancelled_at, paid_until + plan.grace
    until = grace_ends if cancelled is None else max(paid_until, min(cancelled, grace_ends))
    return Period(
        plan.subscription_id,
        plan.anchor,
        paid_until,
        _cut(plan.anchor, until, plan.ended_at),
        plan.retention_days,
        renews=cancelled is None and plan.ended_at is None,
        cancelled_at=cancelled,
    )


def _paid_period(paid: PaidInFull, starts_at: datetime) -> Period:
    ends_at = months_after(starts_at, MONTHS[paid.mode])
    access_until = ends_at
    cancelled = paid.cancelled_at
    if cancelled is not None and cancelled < starts_at:
        access_until = starts_at
    elif cancelled is not None and paid.mode is Mode.YEAR:
        access_until = min(ends_at, months_after(starts_at, months_begun(starts_at, cancelled)))
    access_until = _cut(starts_at, access_until, paid.ended_at)
    return Period(
        paid.subscription_id, starts_at, ends_at, access_until, paid.retention_days, cancelled_at=paid.cancelled_at
    )


def _cut(starts_at: datetime, access_until: datetime, ended_at: datetime | None) -> datetime:
    return access_until if ended_at is None else max(starts_at, min(access_until, ended_at))


def _free_at(at: datetime, taken: Sequence[Period]) -> datetime:
    """The first instant from `at` on that none of these covers."""
    for each in sorted(taken, key=lambda each: each.starts_at):
        if each.starts_at <= at < each.access_until:
            at = each.access_until
    return at
