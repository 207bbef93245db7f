"""Applies the terms of retention to every item of the accounts table (P-storage)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from msgspec.structs import replace

from allmytracks.accounts.ports_closing import ReceiptNumbers
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.records import Delete, Record, filled, placeholders
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.privacy.ports import AllItems, Erasures, Holds, Passes, Stored, Stores
from allmytracks.privacy.rules_erasure import ErasureNotFound
from allmytracks.privacy.rules_holds import held
from allmytracks.privacy.rules_retention import (
    ACT,
    SUBJECT,
    SYSTEM,
    Outcome,
    Pass,
    due_since,
    is_done,
    is_over,
    kind_of_key,
    owner_of,
)
from allmytracks.privacy.use_cases.erase_account import apply

PAGE = 200
Outcomes = list[tuple[Outcome, str]]
HeldKinds = Callable[[str], frozenset[str]]


@dataclass(frozen=True)
class ApplyRetention:
    """Each run goes on with the pass that the last one did not finish, or begins one; it ends with it or the time.

    Progress is saved after each page: a crash repeats at most one, and applying a rule again changes nothing. An item
    that no declaration covers, or whose instant cannot be read, is left and counted. Raises Unavailable.
    """

    records: Sequence[Record]
    items: AllItems
    stores: Stores
    passes: Passes
    holds: Holds
    numbers: ReceiptNumbers
    erasures: Erasures
    audit: Audit
    clock: Clock

    def __call__(self, has_time: Callable[[], bool], tell: Callable[[Outcomes], None]) -> Pass:
        """The pass as far as it came; `tell` is called with what became of the items of each page."""
        self.audit(SYSTEM, ACT, SUBJECT)
        made = self.passes.last()
        if made is None or made.finished_at is not None:
            made = Pass(self.clock.now())
        while made.finished_at is None and has_time():
            made = self._step(made, tell)
            self.passes.save(made)
        return made

    def _step(self, made: Pass, tell: Callable[[Outcomes], None]) -> Pass:
        items, following = self.items.page(made.after, PAGE)
        held_kinds = cache(lambda account_id: held(self.holds.of(account_id), self.records))
        outcomes = [outcome for each in items for outcome in self._keep(each, held_kinds)]
        tell(outcomes)
        finished = self.clock.now() if following is None else None
        made = replace(made, after=following, looked_at=made.looked_at + len(items), finished_at=finished)
        return made.counted(outcomes)

    def _keep(self, stored: Stored, held_kinds: HeldKinds) -> Outcomes:
        """What became of one item; nothing where it is kept."""
        record, read = self._declared(stored)
        if record is None:
            return [(Outcome.UNDECLARED, kind_of_key(stored.key, stored.sort))]
        try:
            current = self._due(record, read, stored)
        except ValueError:
            return [(Outcome.UNDECLARED, record.name)]
        if current is None:
            return []
        followers = [each for each in self.records if record.name in each.retention.follows]
        owner = owner_of(record, read, current.attributes) or self._owner_through(record, current)
        if owner is not None and held_kinds(owner) & {record.name, *(each.name for each in followers)}:
            return [(Outcome.HELD, record.name)]
        if isinstance(record.retention.then, Delete):
            return self._delete(record, read, current, followers)
        apply(self.stores, record.retention.then, current)
        return [(Outcome.APPLIED, record.name)]

    def _delete(
        self, record: Record, read: Mapping[str, str], current: Stored, followers: Sequence[Record]
    ) -> Outcomes:
        """An item and what goes with it; one that was changed since it was read stays, for the next pass."""
        outcomes: Outcomes = []
        for kind, each in self._following(record, read, current, followers):
            self.stores.remove(each)
            outcomes.append((Outcome.APPLIED, kind))
        if self.stores.remove_unchanged(current):
            outcomes.append((Outcome.APPLIED, record.name))
        return outcomes

    def _owner_through(self, record: Record, stored: Stored) -> str | None:
        """The account that an item leads to, where it does not name one itself."""
        for key, sort in record.through(stored.attributes) if record.through else ():
            found = self.items.again(Stored(stored.store, key, sort, {}))
            if found is not None and found.attributes.get("account_id"):
                return str(found.attributes["account_id"])
        return None

    def _due(self, record: Record, read: Mapping[str, str], stored: Stored) -> Stored | None:
        """The item as it is now, if its term is over: a member may have changed it since the page was read."""
        if not self._is_due(record, read, stored):
            return None
        current = self.items.again(stored)
        return current if current is not None and self._is_due(record, read, current) else None

    def _is_due(self, record: Record, read: Mapping[str, str], stored: Stored) -> bool:
        since = due_since(record, stored.attributes)
        now = self.clock.now()
        if since is None or not is_over(record, since, now) or is_done(record, stored.attributes):
            return False
        if not record.retention.from_end:
            return True
        number = self.numbers.known(read["account"])
        if number is None:
            return False
        try:
            ended_at = self.erasures.get(number).begun_at
        except ErasureNotFound:
            return False
        return is_over(record, ended_at, now)

    def _following(
        self, record: Record, read: Mapping[str, str], stored: Stored, followers: Sequence[Record]
    ) -> Iterator[tuple[str, Stored]]:
        """What goes with an item: it goes first, as nothing leads to it afterwards."""
        named = {each.placeholder: each.of(stored.attributes) for each in record.names}
        values = {**read, **{name: value for name, value in named.items() if value is not None}}
        for each in followers:
            if placeholders(each.place) - values.keys():
                continue
            after: str | None = None
            while True:
                found, after = self.stores.page(each.store, filled(each.place, values), after=after, limit=PAGE)
                for one in found:
                    parts = each.read(one.key, one.sort)
                    if parts is not None and all(values.get(name, part) == part for name, part in parts.items()):
                        yield each.name, one
                if after is None:
                    break

    def _declared(self, stored: Stored) -> tuple[Record | None, Mapping[str, str]]:
        for each in self.records:
            read = each.read(stored.key, stored.sort) if each.store is stored.store else None
            if read is not None:
                return each, read
        return None, {}
