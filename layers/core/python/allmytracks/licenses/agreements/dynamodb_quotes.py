"""The terms of quoted special licences, beside their orders in the accounts table.

They are erased with the account: the order, which the books keep, has their hash alone.
"""

from __future__ import annotations

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.licenses.agreements.rules_special import SpecialTerms, SpecialTermsNotFound
from allmytracks.payments.orders.dynamodb import OWNER, DynamoOrders, OrderItem, OwnerItem, order_sort_key, to_item
from allmytracks.payments.orders.rules import Order

NOT_FOUND = "There is no quote of a special licence by this id."


class TermsItem(Model):
    """The terms of one quote, as JSON; they name persons."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    terms = UnicodeAttribute()


class DynamoQuotes:
    """Quotes in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(TermsItem, table)
        self._orders = bind(OrderItem, table)
        self._owners = bind(OwnerItem, table)
        self._stored = DynamoOrders(table)
        self._connection = connect(table)

    def add(self, order: Order, terms: SpecialTerms) -> Order:
        item = self._items(account_key(order.account_id), terms_sk(order.id), terms=msgspec.json.encode(terms).decode())
        owner = self._owners(order_sort_key(order.id), OWNER, account_id=order.account_id)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(to_item(self._orders, order), condition=self._orders.pk.does_not_exist())
                transaction.save(owner, condition=self._owners.pk.does_not_exist())
                transaction.save(item, condition=self._items.pk.does_not_exist())
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return self._stored.get(order.account_id, order.id)
        return order

    def terms(self, account_id: str, order_id: str) -> SpecialTerms:
        try:
            item = self._items.get(account_key(account_id), terms_sk(order_id), consistent_read=True)
        except DoesNotExist:
            raise SpecialTermsNotFound(NOT_FOUND) from None
        return msgspec.json.decode(item.terms, type=SpecialTerms)


def terms_sk(order_id: str) -> str:
    """The sort key of a quote's terms in its account's partition."""
    return f"QUOTED_TERMS#{order_id}"
