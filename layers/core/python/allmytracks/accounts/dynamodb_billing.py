"""Billing particulars in the accounts table."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import ListAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from allmytracks.accounts.rules_billing import Billing
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind

BILLING = "BILLING"


class BillingItem(Model):
    """The billing particulars of one account."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    address: ListAttribute[Any] = ListAttribute()
    country = UnicodeAttribute()
    tax_id = UnicodeAttribute(null=True)


class DynamoBillingParticulars:
    """Billing particulars in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(BillingItem, table)

    def get(self, account_id: str) -> Billing | None:
        try:
            item = self._items.get(account_key(account_id), BILLING, consistent_read=True)
        except DoesNotExist:
            return None
        return Billing(item.name, tuple(item.address), item.country, item.tax_id)

    def put(self, account_id: str, billing: Billing) -> None:
        item = self._items(
            account_key(account_id),
            BILLING,
            name=billing.name,
            address=list(billing.address),
            country=billing.country,
            tax_id=billing.tax_id,
        )
        item.save()

    def remove(self, account_id: str) -> None:
        self._items(account_key(account_id), BILLING).delete()
