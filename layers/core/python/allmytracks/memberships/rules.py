"""Memberships: periods of one plan on one account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.memberships.rules_terms import Term, end_of_term


class Period(Struct, frozen=True):
    """One paid term: from its start up to, not including, its end. `daily_limit` is as shown at the order."""

    order_id: str
    plan: str
    terms_id: str
    daily_limit: int
    starts_at: datetime
    ends_at: datetime

    def covers(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at


class Purchase(Struct, frozen=True):
    """A paid order: all that its period follows from. `ended_at`: when the period was ended early.

    `gives_up` are the ids of the orders whose periods its buyer gave up for it, from its payment on (M-V.1).
    """

    order_id: str
    plan: str
    terms_id: str
    daily_limit: int
    term: Term
    activated_at: datetime
    quoted_at: datetime
    ended_at: datetime | None = None
    audience: str = ProjectKind.PERSONAL
    gives_up: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[datetime, datetime, str]:
        """Its sort order among its account's purchases."""
        return (self.activated_at, self.quoted_at, self.order_id)


def stacked(purchases: Iterable[Purchase]) -> tuple[Period, ...]:
    """Consecutive periods (M-II.5); one that was ended early ends then, and the next moves up."""
    return row_of(purchases).periods


class Row(Struct, frozen=True):
    """An account's purchases in order.

    `refused` are the orders for individuals that could only run after an enterprise's period: they start nothing, since
    the account is an enterprise's permanently from `enterprise_from` on (U-II.III.1.4).
    """

    periods: tuple[Period, ...]
    refused: frozenset[str]
    enterprise_from: datetime | None


def row_of(purchases: Iterable[Purchase]) -> Row:
    """The periods of purchases, in the order of payment."""
    in_order = sorted(purchases, key=lambda purchase: purchase.place)
    given_up = {order_id: each.activated_at for each in reversed(in_order) for order_id in each.gives_up}
    periods: list[Period] = []
    refused: set[str] = set()
    enterprise_from: datetime | None = None
    for each in in_order:
        if enterprise_from is not None and each.audience == ProjectKind.PERSONAL:
            refused.add(each.order_id)
            continue
        starts_at = max(each.activated_at, periods[-1].ends_at) if periods else each.activated_at
        ends = (end_of_term(starts_at, each.term), each.ended_at, given_up.get(each.order_id))
        ends_at = min(end for end in ends if end is not None)
        if ends_at <= starts_at:
            continue
        periods.append(Period(each.order_id, each.plan, each.terms_id, each.daily_limit, starts_at, ends_at))
        if each.audience == ProjectKind.ENTERPRISE:
            enterprise_from = enterprise_from or starts_at
    return Row(tuple(periods), frozenset(refused), enterprise_from)


def period_at(periods: Sequence[Period], now: datetime) -> Period | None:
    """The period in force; periods of one account never overlap (M-II.5)."""
    return next((period for period in periods if period.covers(now)), None)


def granting_period(periods: Sequence[Period], granted_at: datetime) -> Period | None:
    """The period under which something was granted at an instant: the last that had begun.

    A refund reported late ends a period at the provider's earlier time, so the period may have ended before it.
    """
    begun = [period for period in periods if period.starts_at <= granted_at]
    return max(begun, key=lambda period: period.starts_at, default=None)


def status_at(periods: Sequence[Period], now: datetime) -> str:
    """`none`, `active`, `upcoming` or `ended`, as in GET /v1/membership."""
    if not periods:
        return "none"
    if period_at(periods, now):
        return "active"
    return "upcoming" if any(period.starts_at > now for period in periods) else "ended"
