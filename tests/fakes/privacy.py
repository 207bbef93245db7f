"""In-memory fakes: stores by declared keys, and erasures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.foundation.records import Store
from allmytracks.privacy.dynamodb_exports import NOT_FOUND
from allmytracks.privacy.ports import Stored
from allmytracks.privacy.rules_erasure import Erasure, ErasureNotFound, Phase
from allmytracks.privacy.rules_exports import Export, ExportFile, ExportNotFound, numbered, require_below_limit
from allmytracks.privacy.rules_holds import Hold, HoldNotFound
from allmytracks.privacy.rules_retention import Pass


@dataclass
class MemoryStores:
    """Items by store and key."""

    items: list[Stored] = field(default_factory=list)

    def page(self, store: Store, key: str, *, after: str | None, limit: int) -> tuple[Sequence[Stored], str | None]:
        found = [
            each
            for each in self.items
            if each.store is store and (each.key == key or (key.endswith("/") and each.key.startswith(key)))
        ]
        later = sorted(
            (each for each in found if after is None or str(each.sort) > after), key=lambda each: str(each.sort)
        )
        return later[:limit], str(later[limit - 1].sort) if len(later) > limit else None

    def remove(self, stored: Stored) -> None:
        self.items = [each for each in self.items if (each.key, each.sort) != (stored.key, stored.sort)]

    def remove_unchanged(self, stored: Stored) -> bool:
        there = stored in self.items
        self.items = [each for each in self.items if each != stored]
        return there

    def change(self, stored: Stored, removed: frozenset[str], replaced: Mapping[str, str]) -> None:
        for at, each in enumerate(self.items):
            if (each.store, each.key, each.sort) == (stored.store, stored.key, stored.sort):
                left = {name: value for name, value in each.attributes.items() if name not in removed}
                self.items[at] = Stored(each.store, each.key, each.sort, {**left, **replaced})


@dataclass
class MemoryErasures:
    """Erasures by id."""

    records: dict[str, Erasure] = field(default_factory=dict)

    def begin(self, erasure: Erasure) -> Erasure:
        return self.records.setdefault(erasure.id, erasure)

    def get(self, erasure_id: str) -> Erasure:
        if erasure_id not in self.records:
            raise ErasureNotFound("There is no such receipt.")
        return self.records[erasure_id]

    def save(self, erasure: Erasure) -> None:
        if self.records[erasure.id].phase is not Phase.DONE:
            self.records[erasure.id] = erasure


@dataclass
class MemoryErasureMarks:
    """Accounts that were marked."""

    marked: set[str] = field(default_factory=set)

    def put(self, account_id: str) -> None:
        self.marked.add(account_id)


@dataclass
class MemoryHolds:
    """Holds by account and id."""

    stored: dict[tuple[str, str], Hold] = field(default_factory=dict)

    def set(self, hold: Hold) -> None:
        self.stored[(hold.account_id, hold.id)] = hold

    def lift(self, account_id: str, hold_id: str) -> None:
        if self.stored.pop((account_id, hold_id), None) is None:
            raise HoldNotFound("This account has no such hold.")

    def of(self, account_id: str) -> Sequence[Hold]:
        return [hold for (owner, _), hold in sorted(self.stored.items()) if owner == account_id]


@dataclass
class MemoryExports:
    """Exports by account, in order."""

    stored: dict[str, list[Export]] = field(default_factory=dict)

    def begin(self, account_id: str, now: datetime, *, limited: bool = True) -> Export:
        own = self.stored.setdefault(account_id, [])
        if not own or not own[-1].is_pending:
            if limited:
                require_below_limit(own[::-1], now)
            own.append(Export(numbered(len(own) + 1), account_id, now))
        return own[-1]

    def get(self, account_id: str, export_id: str) -> Export:
        for each in self.stored.get(account_id, []):
            if each.id == export_id:
                return each
        raise ExportNotFound(NOT_FOUND)

    def latest(self, account_id: str) -> Export | None:
        return next(reversed(self.stored.get(account_id, [])), None)

    def finish(self, export: Export, file: ExportFile) -> None:
        own = self.stored.get(export.account_id, [])
        own[:] = [replace(each, file=file) if each.id == export.id and each.file is None else each for each in own]

    def fail(self, export: Export, at: datetime) -> Export:
        own = self.stored.get(export.account_id, [])
        own[:] = [replace(each, failed_at=at) if each.id == export.id and each.is_pending else each for each in own]
        return self.get(export.account_id, export.id)


@dataclass
class MemoryPasses:
    """The last pass."""

    made: Pass | None = None

    def last(self) -> Pass | None:
        return self.made

    def save(self, made: Pass) -> None:
        self.made = made
