"""Kinds of stored records: whose each is, and what export, erasure, retention and a legal hold do with it (P-storage).

Each capability declares its own kinds in its records.py; privacy/records.py puts them into one list, which export,
erasure and retention follow. A test fails when something is stored that no declaration covers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import cache

from msgspec import Struct, field

from allmytracks.foundation.forms import FORM, Upgrade

Attributes = Mapping[str, object]


class Store(StrEnum):
    """Where records lie: tables, buckets, and services that keep something themselves."""

    ACCOUNTS = "accounts table"
    COUNTERS = "counters table"
    CATALOG = "catalog table"
    REGISTER = "register table"
    RECORDINGS = "recordings table"
    LETTERS = "letters bucket"
    DOCUMENTS = "documents bucket"
    MASTERS = "masters bucket"
    REGISTER_FILES = "register bucket"
    RECORDING_FILES = "recordings bucket"
    IDENTITY = "identity service"
    LOGS = "logs"
    QUEUES = "queues"
    BACKUPS = "backups of tables"


TABLES = frozenset({Store.ACCOUNTS, Store.COUNTERS, Store.CATALOG, Store.REGISTER, Store.RECORDINGS})
SIX_YEARS, SEVEN_YEARS = timedelta(days=6 * 366), timedelta(days=7 * 366)
BUCKETS = frozenset({Store.LETTERS, Store.DOCUMENTS, Store.MASTERS, Store.REGISTER_FILES, Store.RECORDING_FILES})


class Whose(StrEnum):
    """Who a record is about."""

    ACCOUNT = "account"
    OPERATOR = "operator"
    CLIENT = "client"  # of a network address that is no account's
    NOBODY = "nobody"


class Hold(StrEnum):
    """What a legal hold of an account does to a record."""

    SUSPENDS = "suspends"  # erasure and retention leave it until the hold is lifted
    UNAFFECTED = "unaffected"


class Exported(Struct, frozen=True):
    """In the archive, in a file of this name. `documents` are whole files of a bucket, in a folder of this name.

    `hidden` attributes are our own bookkeeping; `json` ones are texts that hold JSON. `how` tells the member how
    what is only listed is fetched.
    """

    file: str
    hidden: frozenset[str] = frozenset()
    json: frozenset[str] = frozenset()
    how: str | None = None


class NotExported(Struct, frozen=True):
    """Not in the archive, and why."""

    why: str


class Delete(Struct, frozen=True):
    """Erasure removes the record."""


class Pseudonymise(Struct, frozen=True):
    """Attributes are removed or get another text; the record stays, and `why`.

    With `leaves` everything else is removed, so that an attribute that is new is removed until it is named there.
    """

    why: str
    leaves: frozenset[str] | None = None
    replaced: Mapping[str, str] = field(default_factory=dict)

    def removed(self, attributes: Iterable[str]) -> frozenset[str]:
        """Which of an item's attributes go; keys stay."""
        if self.leaves is None:
            return frozenset()
        return frozenset(attributes) - self.leaves - self.replaced.keys() - {"pk", "sk", FORM}

    def changes(self, item: Attributes) -> tuple[frozenset[str], dict[str, str]]:
        """What is still to be removed from an item, and replaced in it; nothing the second time."""
        replaced = {name: text for name, text in self.replaced.items() if name in item and item[name] != text}
        return self.removed(item), replaced


class Keep(Struct, frozen=True):
    """Erasure leaves the record as it is, and why."""

    why: str


class Retention(Struct, frozen=True):
    """How long a record is kept, and why.

    `after` the instant `since` (read from the item) the job of every day applies `then`; without `after` it is kept
    while `why` holds. `by_store`: the store removes it by itself (DynamoDB's TTL, a bucket's lifecycle or lock).
    `from_end`: counted from the account's end, where that is later, and not before there is one. `follows`: goes with a
    record of one of these kinds that its key names, after its term.
    """

    id: str
    why: str
    after: timedelta | None = None
    since: Callable[[Attributes], str | None] | None = None
    then: Delete | Pseudonymise = field(default_factory=Delete)
    by_store: bool = False
    from_end: bool = False
    follows: frozenset[str] = frozenset()


class Read(Struct, frozen=True):
    """Reads a text attribute or, with a path, a text inside one that holds JSON; None where it is absent."""

    name: str
    path: tuple[str, ...] = ()

    def __call__(self, item: Attributes) -> str | None:
        value = item.get(self.name)
        if value is not None and self.path:
            value = json.loads(str(value))
            for each in self.path:
                value = value.get(each) if isinstance(value, dict) else None
        return None if value is None else str(value)


def attribute(name: str) -> Read:
    """Reads a text attribute."""
    return Read(name)


def in_json(name: str, *path: str) -> Read:
    """Reads a text inside an attribute that holds JSON."""
    return Read(name, path)


ACCOUNTS_LIFE = Retention("account", "while the account exists")
LICENCES_LIFE = Retention("licences", "a licence is perpetual, and anyone may verify it")
PRODUCT = Retention("product", "no personal data; kept as long as the product needs it")
LOCKED = Retention("locked", "issued letters are under Object Lock for ten years: each can be proved", by_store=True)
SHORT = Retention("short", "the store drops it by itself within days", by_store=True)


def books(since: Callable[[Attributes], str | None] | None, *follows: str) -> Retention:
    """Of what records business transactions; without an instant of its own it goes with a record that has one."""
    why = "records of transactions are kept for seven years (Inland Revenue Ordinance, section 51C)"
    return Retention("books", why, SEVEN_YEARS, since, follows=frozenset(follows))


def contracts(since: Callable[[Attributes], str | None], *, from_end: bool = False) -> Retention:
    """Of what proves a contract; `from_end` where it proves one that runs until the account ends."""
    why = "claims from a contract can be brought for six years (Limitation Ordinance, section 4)"
    return Retention("contracts", why, SIX_YEARS, since, from_end=from_end)


class Named(Struct, frozen=True):
    """A placeholder of other records' keys that an item of this kind gives a value to.

    `of` reads it from the item's attributes; None names nothing.
    """

    placeholder: str
    of: Callable[[Attributes], str | None]


class Record(Struct, frozen=True):
    """One kind of record.

    `key` and `sort` are forms with placeholders in braces, such as `ACCOUNT#{account}` and `ORDER#{order}`; a bucket
    has a key alone (of its objects), the identity service a user's name. Values of placeholders are those of the
    account, of the item that is read, and what it names (`names`); a kind whose key's placeholders all have values is
    thereby found. Of a key that several accounts share or that names none, `owner` is the attribute that says whose an
    item is; where the item may not say it, `through` gives the keys of items in the same table whose `account_id` may.
    Objects that lie together have a `folder`, such as `packs/{account}/`, that leads to all of them. `upgrades`
    lead from older forms of an item to the newest one.
    """

    name: str
    store: Store
    key: str
    whose: Whose
    export: Exported | NotExported
    erasure: Delete | Pseudonymise | Keep
    retention: Retention
    sort: str | None = None
    hold: Hold = Hold.SUSPENDS
    names: tuple[Named, ...] = ()
    owner: str | None = None
    through: Callable[[Attributes], Sequence[tuple[str, str]]] | None = None
    folder: str | None = None
    upgrades: tuple[Upgrade, ...] = ()

    @property
    def place(self) -> str:
        """The form by which records of this kind are looked for."""
        return self.folder or self.key

    def covers(self, key: str, sort: str | None = None) -> bool:
        """Whether an item or object of this key is of this kind."""
        return self.read(key, sort) is not None

    def read(self, key: str, sort: str | None = None) -> dict[str, str] | None:
        """The values of the placeholders in a key; None where it is no key of this kind."""
        found = _pattern(self.key).fullmatch(key)
        if found is None or (self.sort is None) != (sort is None):
            return None
        values = found.groupdict()
        if self.sort is not None and sort is not None:
            sorted_ = _pattern(self.sort).fullmatch(sort)
            if sorted_ is None:
                return None
            values |= sorted_.groupdict()
        return values


def placeholders(form: str) -> frozenset[str]:
    """The names of a form's placeholders."""
    return frozenset(_PLACEHOLDER.findall(form))


def filled(form: str, values: Mapping[str, str]) -> str:
    """A form with its placeholders' values. Raises KeyError."""
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], form)


_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """A placeholder matches anything but `#` and `/`; the last of a form matches anything."""
    parts = _PLACEHOLDER.split(form)
    pattern = ""
    for at, part in enumerate(parts):
        if at % 2 == 0:
            pattern += re.escape(part)
        else:
            last = at == len(parts) - 2 and not parts[-1]
            pattern += f"(?P<{part}>{'.+' if last else '[^#/]+'})"
    return re.compile(pattern, re.DOTALL)
