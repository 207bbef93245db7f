"""Which notices the cover of a device asks for, and when: before a renewal, an end, or a shorter retention (U-VIII)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.payments.ledger.rules_subscriptions import RENEWAL_NOTICE_BEFORE
from allmytracks.storage.rules_cover import Facts, Period, periods

TRIAL_NOTICE_BEFORE = timedelta(days=3)
END_NOTICE_BEFORE = timedelta(days=7)
# A run that was missed for longer says nothing of an end that is past.
END_NOTICE_AFTER = timedelta(days=7)


class Occasion(StrEnum):
    """What a notice is about; the value names its letter."""

    RENEWING = "SubscriptionRenewing"
    TRIAL_ENDING = "StorageTrialEnding"
    ENDING = "StorageEnding"
    ENDED = "StorageEnded"
    RETENTION_SHORTENING = "RetentionShortening"


class Coming(Struct, frozen=True):
    """A notice that is sent from `due_at` on and before `over_at`, of what happens to a subscription at `at`.

    `retention_days` is for how many days recordings are kept until then, `retention_after` from then on.
    """

    occasion: Occasion
    subscription_id: str
    at: datetime
    due_at: datetime
    over_at: datetime
    retention_days: int
    retention_after: int | None = None

    def is_due(self, now: datetime) -> bool:
        return self.due_at <= now < self.over_at


def coming(facts: Facts) -> tuple[Coming, ...]:
    """The notices of all periods of a device, past ones too, in the order of the periods."""
    every = periods(facts)
    return tuple(found for each in every for found in _of(each, every))


def next_look(found: Sequence[Coming], now: datetime) -> datetime | None:
    """When the next of these becomes due, or a plan that renews may be past due; None where neither will."""
    renewals = [each.at for each in found if each.occasion is Occasion.RENEWING]
    return min((at for at in (*renewals, *(each.due_at for each in found)) if at > now), default=None)


def _of(period: Period, every: Sequence[Period]) -> Sequence[Coming]:
    """What ends early was cancelled, given up or returned, and has had a notice of that."""
    if period.access_until <= period.starts_at:
        return ()
    if period.renews:
        return (_notice(Occasion.RENEWING, period, period.ends_at, RENEWAL_NOTICE_BEFORE),)
    end, before = period.access_until, TRIAL_NOTICE_BEFORE if period.trial else END_NOTICE_BEFORE
    after = max((each.retention_days for each in every if each is not period and each.covers(end)), default=None)
    if after is not None:
        shorter = after < period.retention_days
        return (_notice(Occasion.RETENTION_SHORTENING, period, end, before, after),) if shorter else ()
    if period.cancelled_at is not None or end < period.ends_at:
        return ()
    if period.trial:
        return (_notice(Occasion.TRIAL_ENDING, period, end, before),)
    ended = Coming(Occasion.ENDED, period.subscription_id, end, end, end + END_NOTICE_AFTER, period.retention_days)
    return (_notice(Occasion.ENDING, period, end, before), ended)


def _notice(occasion: Occasion, period: Period, at: datetime, before: timedelta, after: int | None = None) -> Coming:
    return Coming(occasion, period.subscription_id, at, at - before, at, period.retention_days, after)
