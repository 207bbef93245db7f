"""What export, erasure and retention need of the stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.records import Attributes, Store
from allmytracks.privacy.rules_erasure import Erasure
from allmytracks.privacy.rules_exports import Export, ExportFile
from allmytracks.privacy.rules_holds import Hold
from allmytracks.privacy.rules_retention import Pass


class Stored(Struct, frozen=True):
    """One item, object or user as it is stored; an object has no attributes."""

    store: Store
    key: str
    sort: str | None
    attributes: Attributes


class Stores(Protocol):
    """All stores, by declared keys. Everything raises Unavailable."""

    def page(self, store: Store, key: str, *, after: str | None, limit: int) -> tuple[Sequence[Stored], str | None]:
        """Items of one key in order of their sort keys, after one of them, and where to go on; None at the end.

        Of a bucket, the object of this name if it is there, or all those in a folder (`key` ends with `/`); of the
        identity service, the user.
        """
        ...

    def remove(self, stored: Stored) -> None:
        """Removes it with all its versions; what is gone already stays gone."""
        ...

    def remove_unchanged(self, stored: Stored) -> bool:
        """Removes an item of a table if it is as it was read; False where it has changed or is gone."""
        ...

    def change(self, stored: Stored, removed: frozenset[str], replaced: Mapping[str, str]) -> None:
        """Removes and replaces attributes of an item that is there; of one that is gone, nothing."""
        ...


class Erasures(Protocol):
    """How far each erasure came. Everything raises Unavailable."""

    def begin(self, erasure: Erasure) -> Erasure:
        """Puts a new one on record; one that is there already is returned as it is."""
        ...

    def get(self, erasure_id: str) -> Erasure:
        """Raises ErasureNotFound."""
        ...

    def save(self, erasure: Erasure) -> None:
        """Keeps how far it came; a finished one stays as it is."""
        ...


class ErasureMarks(Protocol):
    """Which accounts were erased, outside of the tables: a restored copy brings them back (docs/recovery.md)."""

    def put(self, account_id: str) -> None:
        """Marks the account with this instant; once more, with the later one. Raises Unavailable."""
        ...


class Holds(Protocol):
    """Legal holds of accounts. Everything raises Unavailable."""

    def set(self, hold: Hold) -> None:
        """Puts it on record; one of this id that is there already is replaced."""
        ...

    def lift(self, account_id: str, hold_id: str) -> None:
        """Removes it. Raises HoldNotFound."""
        ...

    def of(self, account_id: str) -> Sequence[Hold]:
        """All of an account."""
        ...


class Exports(Protocol):
    """Exports of accounts. Everything raises Unavailable."""

    def begin(self, account_id: str, now: datetime, *, limited: bool = True) -> Export:
        """A new one; while one is pending, that one. With `limited`, raises ExportsExhausted."""
        ...

    def get(self, account_id: str, export_id: str) -> Export:
        """The account's own. Raises ExportNotFound."""
        ...

    def latest(self, account_id: str) -> Export | None:
        """The account's latest one."""
        ...

    def finish(self, export: Export, file: ExportFile) -> None:
        """Records its file; the first one stays, and nothing comes back of an account that was erased meanwhile."""
        ...

    def fail(self, export: Export, at: datetime) -> Export:
        """Records that it was given up, if it is pending; the first instant stays. Raises ExportNotFound."""
        ...


class Archives(Protocol):
    """Temporary storage of archives."""

    def put(self, key: str, file: Path) -> None:
        """Stores a file, in parts where it is large. Raises Unavailable."""
        ...


class AllItems(Protocol):
    """Every item of the accounts table. Everything raises Unavailable."""

    def page(self, after: tuple[str, str] | None, limit: int) -> tuple[Sequence[Stored], tuple[str, str] | None]:
        """At most so many items after one of them, and where to go on; None at the end. They may lag a second behind.

        It takes as long as the share of the table's capacity that it may use asks for.
        """
        ...

    def again(self, stored: Stored) -> Stored | None:
        """The item as it is now; None where it is gone."""
        ...


class Passes(Protocol):
    """How far the last pass of retention came. Everything raises Unavailable."""

    def last(self) -> Pass | None:
        """None where there was none."""
        ...

    def save(self, made: Pass) -> None:
        """In the place of the last one."""
        ...
