"""Decisions on consents in the accounts table: the last one of each, and every one by its time."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import rfc3339

LAST, HISTORY = "CONSENT#", "CONSENT_HISTORY#"


class ConsentItem(Model):
    """One decision."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    id = UnicodeAttribute()
    given = BooleanAttribute()
    version = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    source_ip = UnicodeAttribute()


class DynamoConsentDecisions:
    """Decisions in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(ConsentItem, table)
        self._connection = connect(table)

    def current(self, account_id: str) -> Sequence[ConsentDecision]:
        return self._query(account_id, LAST)

    def history(self, account_id: str) -> Sequence[ConsentDecision]:
        return self._query(account_id, HISTORY)

    def record(self, account_id: str, decision: ConsentDecision, *, after: ConsentDecision | None) -> bool:
        model, stored, at = self._items, to_stored(decision), rfc3339(decision.changed_at)
        last = model(account_key(account_id), f"{LAST}{decision.id}", **stored)
        entry = model(account_key(account_id), f"{HISTORY}{at}#{decision.id}", **stored)
        unchanged = model.pk.does_not_exist() if after is None else model.changed_at == rfc3339(after.changed_at)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(last, condition=unchanged)
                transaction.save(entry)
        except TransactWriteError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def _query(self, account_id: str, prefix: str) -> Sequence[ConsentDecision]:
        items = self._items.query(account_key(account_id), self._items.sk.startswith(prefix), consistent_read=True)
        return [from_stored(item.attribute_values, ConsentDecision) for item in items]
