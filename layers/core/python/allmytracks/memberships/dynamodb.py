"""The membership item: what an account paid for by its payment facts; the summary that folds start from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

import msgspec
from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.memberships.rules import Period, Purchase, stacked
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.memberships.rules_terms import Term

MEMBERSHIP = "MEMBERSHIP"


class MembershipItem(Model):
    """What an account paid for, at `revision`; `purchases` is JSON, short because every fold reads and writes it.

    `whole`: its facts cannot be separated by order (a payment was claimed for two).
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    revision = NumberAttribute()
    purchases = UnicodeAttribute(default="[]")
    whole = BooleanAttribute(null=True)


class _Stored(msgspec.Struct, array_like=True):
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


_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(list[_Stored])


def to_text(purchases: Iterable[Purchase]) -> str:
    """Purchases in their stored form."""
    return _encoder.encode([msgspec.convert(each, _Stored, from_attributes=True) for each in purchases]).decode()


def to_purchases(text: str) -> tuple[Purchase, ...]:
    """Purchases as domain objects."""
    return tuple(Purchase(**msgspec.structs.asdict(each)) for each in _decoder.decode(text))


@cache
def _bound(table: Table) -> type[MembershipItem]:
    return bind(MembershipItem, table)


def periods_of(table: Table, account_id: str) -> tuple[Period, ...]:
    """All periods of an account, read consistently. Raises Unavailable."""
    try:
        item = _bound(table).get(account_key(account_id), MEMBERSHIP, consistent_read=True)
    except DoesNotExist:
        return ()
    return stacked(to_purchases(item.purchases))


class DynamoMemberships:
    """Memberships in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def periods(self, account_id: str) -> tuple[Period, ...]:
        return periods_of(self._table, account_id)
