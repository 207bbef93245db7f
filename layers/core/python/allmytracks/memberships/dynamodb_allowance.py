"""The allowance item: one for each account, the only item that a grant's condition reads (design, section 6).

It holds the paid periods (written by the fold of payments), the account's standing, and what a grant writes
(downloads/dynamodb_grant.py): `day`, the counts and keys of days, and the instants of the newest grants.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import LIST
from pynamodb.models import Model

from allmytracks.memberships.dynamodb_allowance_attributes import (
    DAY,
    PERIODS,
    RESTRICTED_UNTIL,
    RESTRICTION,
    STANDING,
    period_attributes,
    period_of,
)
from allmytracks.memberships.dynamodb_allowance_attributes import allowance_key as allowance_key  # noqa: PLC0414 - re-exported: the key
from allmytracks.memberships.rules import Period


class PeriodsAttribute(Attribute[Sequence[Period]]):
    """Paid periods; a grant's condition reads their bounds in the item."""

    attr_type = LIST

    def serialize(self, value: Sequence[Period]) -> list[dict[str, Any]]:
        """As DynamoDB's JSON."""
        return [{"M": period_attributes(period)} for period in value]

    def deserialize(self, value: Sequence[dict[str, Any]]) -> Sequence[Period]:
        """The periods of DynamoDB's JSON."""
        return [period_of(each["M"]) for each in value]


class AllowanceItem(Model):
    """The allowance item of the counters table; see the module."""

    pk = UnicodeAttribute(hash_key=True)
    standing = UnicodeAttribute(attr_name=STANDING, default="active")
    restricted_until = NumberAttribute(attr_name=RESTRICTED_UNTIL, default=0)
    restriction = UnicodeAttribute(attr_name=RESTRICTION, null=True)  # its reason
    lifted_at = NumberAttribute(null=True)  # epoch seconds of when an operator last lifted a restriction
    periods = PeriodsAttribute(attr_name=PERIODS, default=list)
    day = NumberAttribute(attr_name=DAY, default=0)
