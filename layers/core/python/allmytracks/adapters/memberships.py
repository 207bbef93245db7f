"""The membership item: the periods of an account as its payment facts have them."""

from __future__ import annotations

from functools import cache

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from allmytracks.adapters.accounts import account_key
from allmytracks.adapters.allowance_item import PeriodMap, to_periods
from allmytracks.adapters.dynamodb import Table, bind, translated
from allmytracks.domain.memberships import Period

MEMBERSHIP = "MEMBERSHIP"


class MembershipItem(Model):
    """The periods of an account, as its facts had them at `revision`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    revision = NumberAttribute()
    periods: ListAttribute[PeriodMap] = ListAttribute(of=PeriodMap, default=list)


@cache
def _bound(table: Table) -> type[MembershipItem]:
    return bind(MembershipItem, table)


def periods_of(table: Table, account_id: str) -> tuple[Period, ...]:
    """Every period that an account ever had, consistently read. Raises Unavailable."""
    with translated():
        try:
            item = _bound(table).get(account_key(account_id), MEMBERSHIP, consistent_read=True)
        except DoesNotExist:
            return ()
    return tuple(to_periods(item.periods))


class DynamoMemberships:
    """Memberships in DynamoDB, to be read; its twin is MemoryBookkeeping, which holds what was folded."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def periods(self, account_id: str) -> tuple[Period, ...]:
        return periods_of(self._table, account_id)
