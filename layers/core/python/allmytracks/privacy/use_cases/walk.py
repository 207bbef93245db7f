"""Finding everything that is stored of an account, by the declarations of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from allmytracks.foundation.records import Record, Store, Whose, filled, placeholders
from allmytracks.privacy.ports import Stored, Stores

PAGE = 100
Found = tuple[Record, Stored]


class UndeclaredRecord(LookupError):
    """An item lies in the account's partition that no records.py declares; nothing may be said to be complete."""


@dataclass(frozen=True)
class Walk:
    """Follows keys from the account's id to all records that they lead to. Everything raises Unavailable."""

    stores: Stores
    records: Sequence[Record]

    def beside(self, account_id: str) -> Iterator[Found]:
        """What the account's id alone leads to, other than its partition of the accounts table."""
        values = {"account": account_id}
        for store, key in self._keys(values, set()):
            if not (store is Store.ACCOUNTS and key == self._own(account_id)):
                yield from self._at(store, key, values)

    def page(self, account_id: str, after: str | None) -> tuple[list[Found], str | None]:
        """The next items of the account's partition, each after all that it leads to, and where to go on.

        Raises UndeclaredRecord.
        """
        items, following = self.stores.page(Store.ACCOUNTS, self._own(account_id), after=after, limit=PAGE)
        found: list[Found] = []
        for each in items:
            found += self._with_named(each, {"account": account_id})
        return found, following

    def _own(self, account_id: str) -> str:
        form = next(each.key for each in self.records if each.name == "profile")
        return filled(form, {"account": account_id})

    def _at(self, store: Store, key: str, values: Mapping[str, str]) -> Iterator[Found]:
        after: str | None = None
        while True:
            items, after = self.stores.page(store, key, after=after, limit=PAGE)
            for each in items:
                yield from self._with_named(each, values)
            if after is None:
                return

    def _with_named(self, stored: Stored, values: Mapping[str, str]) -> Iterator[Found]:
        """An item and, before it, what its key and attributes lead to; nothing of another account's."""
        record, read = self._record(stored)
        if record.owner is not None and stored.attributes.get(record.owner) != values["account"]:
            return
        if read.get("account", values["account"]) != values["account"]:
            return
        known = {**values, **read}
        for named in record.names:
            value = named.of(stored.attributes)
            if value is not None:
                known[named.placeholder] = value
        new = known.keys() - values.keys()
        if new:
            for store, key in self._keys(known, new):
                yield from self._at(store, key, known)
        yield record, stored

    def _keys(self, values: Mapping[str, str], new: set[str]) -> Iterator[tuple[Store, str]]:
        """The keys that these values lead to; with `new`, only those that some of them lead to first."""
        seen = set()
        for each in self.records:
            asked = placeholders(each.place)
            if each.whose is Whose.NOBODY:  # a placeholder of the same name leads to nothing of the account's
                continue
            if not asked or asked - values.keys() or (new and not asked & new):
                continue
            place = (each.store, filled(each.place, values))
            if place not in seen:
                seen.add(place)
                yield place

    def _record(self, stored: Stored) -> tuple[Record, dict[str, str]]:
        for each in self.records:
            read = each.read(stored.key, stored.sort) if each.store is stored.store else None
            if read is not None:
                return each, read
        raise UndeclaredRecord(f"{stored.store}: {stored.key} {stored.sort}")
