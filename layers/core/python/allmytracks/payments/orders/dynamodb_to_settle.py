"""Orders with money to refund, by the accounts table's index."""

from __future__ import annotations

from typing import Any

from allmytracks.foundation.aws.keys import account_key, account_of_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.payments.orders.dynamodb import TO_SETTLE, OrderItem, order_sort_key, to_order
from allmytracks.payments.orders.rules import Order


class DynamoOrdersToSettle:
    """The list in DynamoDB; a cursor holds an order's index key and account."""

    def __init__(self, table: Table) -> None:
        self._items = bind(OrderItem, table)

    def page(self, *, limit: int, cursor: str | None) -> Page[Order]:
        start = _start(cursor) if cursor else None
        found = self._items.timeline.query(TO_SETTLE, limit=limit, last_evaluated_key=start)
        orders = [to_order(account_of_key(item.pk), item) for item in found]
        more = found.last_evaluated_key is not None
        return Page(orders, _cursor(orders[-1]) if more and orders else None)


def _cursor(order: Order) -> str:
    return make_cursor(rfc3339(order.quoted_at), order.id, order.account_id)


def _start(cursor: str) -> dict[str, Any]:
    """Raises InvalidFields."""
    quoted_at, order_id, account_id = read_cursor(cursor, tuple[KeyPart, KeyPart, KeyPart])
    keys = {
        "pk": account_key(account_id),
        "sk": order_sort_key(order_id),
        "timeline_key": TO_SETTLE,
        "timeline_at": f"{quoted_at}#{order_id}",
    }
    return {name: {"S": value} for name, value in keys.items()}
