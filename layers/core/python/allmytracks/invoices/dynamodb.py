"""Invoices in the accounts table.

The transaction that writes a document also assigns its number: the yearly counter is incremented only together with the
document, and only if it is unchanged since it was read. So no number is assigned twice or skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.invoices.rules import Invoice, Series
from allmytracks.payments.orders.dynamodb import OWNER, OwnerItem

INVOICE = "INVOICE#"
SERIES = "SERIES#"
COUNTER = "COUNTER"


class InvoiceItem(Model):
    """One document; `body` is the whole of it as JSON, as it was issued."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    number = UnicodeAttribute()
    body = UnicodeAttribute()
    document_sha256 = UnicodeAttribute(null=True)


class CounterItem(Model):
    """The number of documents in a series."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    given = NumberAttribute()


class DynamoInvoices:
    """Invoices in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._invoices = bind(InvoiceItem, table)
        self._counters = bind(CounterItem, table)
        self._owners = bind(OwnerItem, table)
        self._connection = connect(table)

    def of_order(self, account_id: str, order_id: str) -> Sequence[Invoice]:
        return sorted(self._found(account_id, f"{INVOICE}{order_id}#"), key=lambda invoice: invoice.position)

    def all(self, account_id: str) -> Sequence[Invoice]:
        return newest_first(self._found(account_id, INVOICE))

    def count(self, series: Series) -> int:
        try:
            return int(self._counters.get(_series_key(series), COUNTER, consistent_read=True).given)
        except DoesNotExist:
            return 0

    def add(self, invoice: Invoice, series: Series, count: int) -> bool:
        counter = self._counters(_series_key(series), COUNTER)
        given = self._counters.given
        item = self._invoices(
            account_key(invoice.account_id),
            _sort_key(invoice),
            number=invoice.number,
            body=msgspec.json.encode(invoice).decode(),
        )
        owner = self._owners(f"{INVOICE}{invoice.number}", OWNER, account_id=invoice.account_id)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.update(
                    counter,
                    actions=[given.set(count)],
                    condition=given.does_not_exist() if count == 1 else given == count - 1,
                )
                transaction.save(item, condition=self._invoices.pk.does_not_exist())
                transaction.save(owner, condition=self._owners.pk.does_not_exist())
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def mark_printed(self, invoice: Invoice, sha256: str) -> None:
        item = self._invoices(account_key(invoice.account_id), _sort_key(invoice))
        item.update(actions=[self._invoices.document_sha256.set(sha256)], condition=self._invoices.pk.exists())

    def _found(self, account_id: str, prefix: str) -> list[Invoice]:
        items = list(
            self._invoices.query(account_key(account_id), self._invoices.sk.startswith(prefix), consistent_read=True)
        )
        return [
            replace(msgspec.json.decode(item.body, type=Invoice), document_sha256=item.document_sha256)
            for item in items
        ]


def _sort_key(invoice: Invoice) -> str:
    return f"{INVOICE}{invoice.order_id}#{invoice.position:03d}"


def _series_key(series: Series) -> str:
    return f"{SERIES}{series.name}"


def newest_first(invoices: Iterable[Invoice]) -> list[Invoice]:
    """Documents as a member reads them."""
    return sorted(invoices, key=lambda invoice: (invoice.issued_at, invoice.order_id, invoice.position), reverse=True)
