"""The allowance item: one for each account, the only item that a grant's condition reads (design, section 6).

It holds the paid periods (written by the fold of payments), the account's standing, and what a grant writes
(downloads/dynamodb_grant.py): `day`, the counts and keys of days, and the instants of the newest grants.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import allowance_key as allowance_key  # noqa: PLC0414 - re-exported: the key
from allmytracks.memberships.rules import Period


class PeriodMap(MapAttribute[str, object]):
    """A period with its bounds in epoch seconds."""

    order_id = UnicodeAttribute()
    plan = UnicodeAttribute()
    terms_id = UnicodeAttribute()
    daily_limit = NumberAttribute()
    starts_at = NumberAttribute()
    ends_at = NumberAttribute()


class AllowanceItem(Model):
    """The allowance item of the counters table; see the module."""

    pk = UnicodeAttribute(hash_key=True)
    standing = UnicodeAttribute(default="active")
    restricted_until = NumberAttribute(default=0)
    restriction = UnicodeAttribute(null=True)  # its reason
    lifted_at = NumberAttribute(null=True)  # epoch seconds of when an operator last lifted a restriction
    periods: ListAttribute[PeriodMap] = ListAttribute(of=PeriodMap, default=list)
    day = NumberAttribute(default=0)


def to_maps(periods: Sequence[Period]) -> list[PeriodMap]:
    """Periods in their stored form; instants are whole seconds."""
    return [
        PeriodMap(
            order_id=period.order_id,
            plan=period.plan,
            terms_id=period.terms_id,
            daily_limit=period.daily_limit,
            starts_at=int(period.starts_at.timestamp()),
            ends_at=int(period.ends_at.timestamp()),
        )
        for period in periods
    ]


def to_periods(maps: Sequence[PeriodMap]) -> list[Period]:
    """Periods as domain objects."""
    return [
        Period(
            order_id=each.order_id,
            plan=each.plan,
            terms_id=each.terms_id,
            daily_limit=int(each.daily_limit),
            starts_at=datetime.fromtimestamp(each.starts_at, UTC),
            ends_at=datetime.fromtimestamp(each.ends_at, UTC),
        )
        for each in maps
    ]
