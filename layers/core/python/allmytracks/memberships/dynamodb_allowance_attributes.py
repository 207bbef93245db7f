"""The attributes of the allowance item that payments and grants share, as DynamoDB's JSON, without PynamoDB for speed.

The item's model is in memberships/dynamodb_allowance.py, what only a grant writes in downloads/dynamodb_grant.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allmytracks.foundation.aws.keys import allowance_key as allowance_key  # noqa: PLC0414 - re-exported: the key
from allmytracks.memberships.rules import Period

STANDING = "standing"
RESTRICTED_UNTIL = "restricted_until"
RESTRICTION = "restriction"
PERIODS = "periods"
DAY = "day"


def period_attributes(period: Period) -> dict[str, dict[str, str]]:
    """A period's stored form; instants are epoch seconds, whole ones."""
    return {
        "order_id": {"S": period.order_id},
        "plan": {"S": period.plan},
        "terms_id": {"S": period.terms_id},
        "daily_limit": {"N": str(period.daily_limit)},
        "starts_at": {"N": str(int(period.starts_at.timestamp()))},
        "ends_at": {"N": str(int(period.ends_at.timestamp()))},
    }


def period_of(attributes: Mapping[str, Mapping[str, Any]]) -> Period:
    """The period of its stored form."""
    return Period(
        order_id=attributes["order_id"]["S"],
        plan=attributes["plan"]["S"],
        terms_id=attributes["terms_id"]["S"],
        daily_limit=int(attributes["daily_limit"]["N"]),
        starts_at=instant_of(attributes["starts_at"]),
        ends_at=instant_of(attributes["ends_at"]),
    )


def instant_of(value: Mapping[str, Any]) -> datetime:
    """The instant of epoch seconds."""
    return datetime.fromtimestamp(int(value["N"]), UTC)
