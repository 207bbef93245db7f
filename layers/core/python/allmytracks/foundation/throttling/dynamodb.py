"""Counters of clients' requests, in the counters table."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.throttling.rules import Window

RATE = "RATE#"


class CounterItem(Model):
    """One window; DynamoDB drops it some time after `expires_at` (TTL), long after the window's end."""

    pk = UnicodeAttribute(hash_key=True)
    used = NumberAttribute(default=0)
    expires_at = NumberAttribute()


class DynamoClientCounters:
    """Each count is one conditional update of one small item: 1 write unit; the item does not grow once it is full."""

    def __init__(self, table: Table) -> None:
        self._items = bind(CounterItem, table)

    def take(self, window: Window, requests: int) -> int | None:
        item, used = self._items(_key(window)), self._items.used
        try:
            item.update(
                [used.add(requests), self._items.expires_at.set(int(window.ends_at.timestamp()))],
                condition=used.does_not_exist() | (used <= window.limit.requests - requests),
            )
        except UpdateError as error:
            if is_condition_failure(error):
                return None
            raise
        return int(item.used)

    def give_back(self, window: Window) -> None:
        try:
            self._items(_key(window)).update([self._items.used.add(-1)], condition=self._items.used > 0)
        except UpdateError as error:
            if not is_condition_failure(error):
                raise


def _key(window: Window) -> str:
    return f"{RATE}{window.key}"


class UncountedClients:
    """For throttling switched off: no limit is ever reached."""

    def take(self, window: Window, requests: int) -> int | None:  # noqa: ARG002 - the port's signature
        return 0

    def give_back(self, window: Window) -> None:
        """Does nothing."""
