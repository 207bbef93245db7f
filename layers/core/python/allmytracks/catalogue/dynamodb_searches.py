"""Members' searches in the accounts table; TTL removes them after a year."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb_consents import LAST, ConsentItem
from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.catalogue.rules_searches import KEPT, Search
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

SEARCH = "SEARCH#"


class SearchItem(Model):
    """One search."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    q = UnicodeAttribute()
    expires_at = NumberAttribute()


class DynamoSearches:
    """Searches in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(SearchItem, table)
        self._consents = bind(ConsentItem, table)
        self._connection = connect(table)

    def add(self, account_id: str, search: Search, consented: ConsentDecision) -> None:
        pk, model = account_key(account_id), self._consents
        kept = self._items(pk, _sort_key(search.at), q=search.q, expires_at=int((search.at + KEPT).timestamp()))
        unchanged = (model.given == True) & (model.changed_at == rfc3339(consented.changed_at))  # noqa: E712 - a condition
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.condition_check(model, pk, f"{LAST}{consented.id}", condition=unchanged)
                transaction.save(kept)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Search]:
        start = None
        if cursor is not None:
            (place,) = read_cursor(cursor, tuple[KeyPart])
            start = {"pk": {"S": account_key(account_id)}, "sk": {"S": f"{SEARCH}{place}"}}
        found = self._items.query(
            account_key(account_id),
            self._items.sk.startswith(SEARCH),
            consistent_read=True,
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=start,
        )
        items = list(found)
        searches = [Search(item.q, parse_rfc3339(item.sk.removeprefix(SEARCH))) for item in items]
        more = found.last_evaluated_key is not None
        return Page(searches, make_cursor(items[-1].sk.removeprefix(SEARCH)) if more else None)

    def clear(self, account_id: str) -> None:
        found = self._items.query(
            account_key(account_id),
            self._items.sk.startswith(SEARCH),
            consistent_read=True,
            attributes_to_get=["pk", "sk"],
        )
        with self._items.batch_write() as batch:
            for item in found:
                batch.delete(item)


def _sort_key(at: datetime) -> str:
    return f"{SEARCH}{rfc3339(at)}"
