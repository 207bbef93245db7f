"""Disclosures in the accounts table, in the account's partition."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.models import Model

from allmytracks.disclosures.rules import Disclosure, Recorded
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

DISCLOSURE = "DISCLOSURE#"


class DisclosureItem(Model):
    """One disclosure; sorted by the time at which it was made."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    at = UnicodeAttribute()
    to = UnicodeAttribute()
    what = UnicodeAttribute()
    why = UnicodeAttribute()
    basis = UnicodeAttribute()
    recorded_by = UnicodeAttribute()
    recorded_at = UnicodeAttribute()


class DynamoDisclosureRegister:
    """The register in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(DisclosureItem, table)

    def record(self, recorded: Recorded) -> Recorded:
        disclosure = recorded.disclosure
        key = account_key(disclosure.account_id), f"{DISCLOSURE}{rfc3339(disclosure.at)}#{disclosure.id}"
        item = self._items(
            *key,
            **to_stored(disclosure),
            recorded_by=recorded.recorded_by,
            recorded_at=rfc3339(recorded.recorded_at),
        )
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return _recorded(self._items.get(*key, consistent_read=True))
        return recorded

    def all(self, account_id: str) -> Sequence[Recorded]:
        found = self._items.query(
            account_key(account_id),
            self._items.sk.startswith(DISCLOSURE),
            scan_index_forward=False,
            consistent_read=True,
        )
        return [_recorded(item) for item in found]


def _recorded(item: DisclosureItem) -> Recorded:
    return Recorded(from_stored(item.attribute_values, Disclosure), item.recorded_by, parse_rfc3339(item.recorded_at))
