"""Memberships: periods of one plan on one account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Period:
    """One paid term: from its start up to, not including, its end. `daily_limit` is what was shown at the order."""

    order_id: str
    plan: str
    terms_id: str
    daily_limit: int
    starts_at: datetime
    ends_at: datetime

    def covers(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at


def period_at(periods: Sequence[Period], now: datetime) -> Period | None:
    """The period in force; periods of one account never overlap (M-II.5)."""
    return next((period for period in periods if period.covers(now)), None)


def granting_period(periods: Sequence[Period], granted_at: datetime) -> Period | None:
    """The period under which something was granted then: the last that had begun.

    A refund that is reported late ends a period at the provider's earlier time, so the period may have ended by now.
    """
    begun = [period for period in periods if period.starts_at <= granted_at]
    return max(begun, key=lambda period: period.starts_at, default=None)


def status_at(periods: Sequence[Period], now: datetime) -> str:
    """`none`, `active`, `upcoming` or `ended`, as GET /v1/membership says it."""
    if not periods:
        return "none"
    if period_at(periods, now):
        return "active"
    return "upcoming" if any(period.starts_at > now for period in periods) else "ended"
