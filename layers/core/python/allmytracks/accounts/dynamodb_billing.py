"""Billing particulars in the accounts table."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import ListAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from allmytracks.accounts.rules_billing import Billing, billing_stale
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure

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

    def put(self, account_id: str, billing: Billing, replaced: Billing | None = None) -> None:
        item = self._items(
            account_key(account_id),
            BILLING,
            name=billing.name,
            address=list(billing.address),
            country=billing.country,
            tax_id=billing.tax_id,
        )
        try:
            item.save(condition=self._is(replaced))
        except PutError as error:
            raise billing_stale() if is_condition_failure(error) else error from None

    def remove(self, account_id: str, removed: Billing | None = None) -> None:
        try:
            self._items(account_key(account_id), BILLING).delete(condition=self._is(removed))
        except DeleteError as error:
            raise billing_stale() if is_condition_failure(error) else error from None

    def _is(self, billing: Billing | None) -> Condition | None:
        """The condition that exactly these particulars are stored; None for any or none."""
        if billing is None:
            return None
        items, tax_id = self._items, billing.tax_id
        condition: Condition = (items.name == billing.name) & (items.address == list(billing.address))
        condition &= items.country == billing.country
        condition &= items.tax_id.does_not_exist() if tax_id is None else items.tax_id == tax_id
        return condition
