"""Owners of orders, in the accounts table."""

from __future__ import annotations

from pynamodb.exceptions import DoesNotExist

from allmytracks.foundation.aws.models import Table, bind
from allmytracks.payments.orders.dynamodb import OWNER, OwnerItem, order_sort_key
from allmytracks.payments.orders.rules import OrderNotFound


class DynamoOrderOwners:
    """Owners of orders in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(OwnerItem, table)

    def owner(self, order_id: str) -> str:
        try:
            item = self._items.get(order_sort_key(order_id), OWNER, consistent_read=True)
        except DoesNotExist:
            raise OrderNotFound("There is no such order.") from None
        return str(item.account_id)
