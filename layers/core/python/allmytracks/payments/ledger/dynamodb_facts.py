"""Payment facts as PynamoDB's models, for the bookkeeping's queries and transactions."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from allmytracks.foundation.aws.models import ListedInHistory
from allmytracks.payments.ledger.dynamodb_fact_attributes import fact_attributes, fact_of
from allmytracks.payments.rules import Fact


class FactItem(ListedInHistory):
    """One payment fact; payments/ledger/dynamodb_fact_attributes.py writes and reads it."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    provider = UnicodeAttribute()
    event_id = UnicodeAttribute()
    occurred_at = UnicodeAttribute()
    kind = UnicodeAttribute()
    source_kind = UnicodeAttribute()
    order_id = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)
    references: ListAttribute[Any] = ListAttribute(default=list)
    subject = UnicodeAttribute(null=True)
    amount = NumberAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    method = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    covers_from = UnicodeAttribute(null=True)
    renews = UnicodeAttribute(null=True)
    received_at = UnicodeAttribute(null=True)
    folded_at = UnicodeAttribute(null=True)
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)


def to_fact_item(model: type[FactItem], pk: str, sk: str, fact: Fact) -> FactItem:
    """The item of a fact."""
    return model.from_raw_data(fact_attributes(pk, sk, fact))


def to_fact(item: FactItem) -> Fact:
    """The fact of an item."""
    return fact_of(item.to_dynamodb_dict())
