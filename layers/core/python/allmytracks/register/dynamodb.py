"""Pending leaves and entries of the register, in a table of its own.

Pending leaves are spread over SHARDS partitions by the hash of their licence's number, so that no partition is hot.
Every read that decides whether a leaf enters is strongly consistent.
"""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind
from allmytracks.register.rules import Entry, Leaf, read_leaf

SHARDS = "0123456789abcdef"


class PendingItem(Model):
    """A leaf that waits for the next head."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    leaf = UnicodeAttribute()


class EntryItem(Model):
    """A leaf that entered, found by its licence's number."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    leaf = UnicodeAttribute()
    leaf_index = NumberAttribute()
    head = NumberAttribute()


class DynamoRegisterEntries:
    """The register's table."""

    def __init__(self, table: Table) -> None:
        self._pending = bind(PendingItem, table)
        self._entries = bind(EntryItem, table)

    def put_pending(self, leaves: Sequence[Leaf]) -> None:
        with self._pending.batch_write() as batch:
            for leaf in _each_once(leaves):
                batch.save(self._pending(*_pending_key(leaf), leaf=leaf.data))

    def pending(self, limit: int) -> list[Leaf]:
        found: list[Leaf] = []
        for shard in SHARDS:
            if len(found) < limit:
                items = self._pending.query(shard_key(shard), consistent_read=True, limit=limit - len(found))
                found += [read_leaf(item.leaf) for item in items]
        return found

    def pending_of(self, number_sha256: str) -> list[Leaf]:
        begins = self._pending.sk.startswith(f"{number_sha256}#")
        found = self._pending.query(shard_key(number_sha256[0]), begins, consistent_read=True)
        return [read_leaf(item.leaf) for item in found]

    def drop_pending(self, leaves: Sequence[Leaf]) -> None:
        with self._pending.batch_write() as batch:
            for leaf in _each_once(leaves):
                batch.delete(self._pending(*_pending_key(leaf)))

    def enter(self, entries: Sequence[Entry]) -> None:
        with self._entries.batch_write() as batch:
            for entry in entries:
                item = self._entries(
                    entry_key(entry.leaf.number_sha256),
                    entry.leaf.kind.value,
                    leaf=entry.leaf.data,
                    leaf_index=entry.index,
                    head=entry.head,
                )
                batch.save(item)

    def entered_of(self, number_sha256: str) -> list[Entry]:
        items = list(self._entries.query(entry_key(number_sha256), consistent_read=True))
        found = [Entry(read_leaf(item.leaf), int(item.leaf_index), int(item.head)) for item in items]
        return sorted(found, key=lambda entry: entry.index)

    def entered_among(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        keys = [(entry_key(leaf.number_sha256), leaf.kind.value) for leaf in _each_once(leaves)]
        found = self._entries.batch_get(keys, consistent_read=True, attributes_to_get=["pk", "sk"])
        entered = {(item.pk, item.sk) for item in found}
        return [leaf for leaf in leaves if (entry_key(leaf.number_sha256), leaf.kind.value) in entered]


def _each_once(leaves: Sequence[Leaf]) -> list[Leaf]:
    """DynamoDB refuses a batch that names an item twice."""
    return list({leaf.key: leaf for leaf in leaves}.values())


def shard_key(shard: str) -> str:
    """A partition of pending leaves."""
    return f"PENDING#{shard}"


def _pending_key(leaf: Leaf) -> tuple[str, str]:
    return shard_key(leaf.number_sha256[0]), f"{leaf.number_sha256}#{leaf.kind}"


def entry_key(number_sha256: str) -> str:
    """The partition of a licence's entries."""
    return f"ENTRY#{number_sha256}"
