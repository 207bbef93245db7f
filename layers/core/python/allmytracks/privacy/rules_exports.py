"""Exports: everything that is stored of an account, in one file that its member asks for (P-manage.access)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from json import JSONDecodeError, loads

from msgspec import Struct

from allmytracks.foundation.errors import LimitReached, NotFound
from allmytracks.foundation.forms import FORM
from allmytracks.foundation.records import Attributes, Exported, Record, Store, Whose

SCHEMA_VERSION = 1
# infra/data.yaml deletes the file on the next midnight, and its old version a day later: within seven days.
LIFETIME = timedelta(days=5)
# What one member may ask for within a day; each may be gigabytes that a worker reads.
IN_A_DAY, DAY = 3, timedelta(days=1)


class ExportStatus(StrEnum):
    """The status of an export."""

    PENDING = "pending"
    READY = "ready"
    EXPIRED = "expired"
    FAILED = "failed"


class ExportReason(StrEnum):
    """Why an operator has an export made, and to whom it goes."""

    RELATIVES_REQUEST = "relatives_request"
    GUARDIAN_REQUEST = "guardian_request"
    MEMBER_REQUEST = "member_request"


class ExportNotFound(NotFound):
    """The caller has no such export."""

    code = "data_export_not_found"


class ExportsExhausted(LimitReached):
    """The member asked for as many exports as one day permits."""

    code = "data_exports_exhausted"


class ExportFile(Struct, frozen=True):
    """The archive: when it was made, its size in bytes, and its SHA-256 in hexadecimal."""

    made_at: datetime
    size: int
    sha256: str


class Export(Struct, frozen=True):
    """A requested export. `failed_at` is when the worker gave it up; made after all, it is one like others."""

    id: str
    account_id: str
    requested_at: datetime
    file: ExportFile | None = None
    failed_at: datetime | None = None

    @property
    def key(self) -> str:
        """The key of its file; of two that are made at the same time, each has its own."""
        return key_of(self, self.file.sha256 if self.file else "")

    @property
    def is_pending(self) -> bool:
        """Whether a worker still is to make it."""
        return self.file is None and self.failed_at is None

    def status_at(self, now: datetime) -> ExportStatus:
        if self.file is None:
            return ExportStatus.PENDING if self.failed_at is None else ExportStatus.FAILED
        return ExportStatus.READY if now < self.file.made_at + LIFETIME else ExportStatus.EXPIRED


class Entry(Struct, frozen=True, omit_defaults=True):
    """One file of the archive as its manifest lists it; `count` records, or 1 for a document.

    `how` tells how what it only lists is fetched.
    """

    name: str
    count: int
    bytes: int
    sha256: str
    how: str | None = None


def key_of(export: Export, sha256: str) -> str:
    """The key of an archive with this content."""
    return f"exports/{export.account_id}/{export.id}/{sha256}.zip"


def numbered(number: int) -> str:
    """The id of an account's n-th export; in the order of their numbers."""
    return f"exp_{number:06}"


def number_of(export_id: str) -> int:
    """The number in an id."""
    return int(export_id.removeprefix("exp_"))


def require_below_limit(last: Sequence[Export], now: datetime) -> None:
    """Checks an account's latest exports, newest first, of which IN_A_DAY are enough. Raises ExportsExhausted."""
    if len(last) < IN_A_DAY:
        return
    until = last[IN_A_DAY - 1].requested_at + DAY
    if until > now:
        detail = f"There are {IN_A_DAY} exports a day. The latest is at its own address, if its file is still there."
        raise ExportsExhausted(detail, until=until, export_id=last[0].id)


def followed(records: Iterable[Record]) -> list[Record]:
    """The declarations that a walk needs to find all that is exported: the account's items, and what is exported."""
    return [
        each
        for each in records
        if each.whose is Whose.ACCOUNT and (each.store is Store.ACCOUNTS or isinstance(each.export, Exported))
    ]


def shown(record: Record, export: Exported, key: str, sort: str | None, attributes: Attributes) -> dict[str, object]:
    """A record as the archive shows it: no keys but what they say, nothing hidden, JSON as JSON."""
    said = {name: value for name, value in (record.read(key, sort) or {}).items() if name != "account"}
    hidden = export.hidden | {"pk", "sk", FORM}
    plain = {name: value for name, value in attributes.items() if name not in hidden}
    for name in export.json & plain.keys():
        plain[name] = _parsed(str(plain[name]))
    return {"record": record.name, **said, **plain}


def document_name(export: Exported, key: str, account_id: str) -> str:
    """A document's name in the archive: in the folder of its kind, as in its bucket without the account's id."""
    return f"{export.file}/{key.partition('/')[2].removeprefix(f'{account_id}/')}"


def as_json(value: object) -> object:
    """What JSON does not know: numbers of DynamoDB and its sets."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case set() | frozenset():
            return sorted(value, key=str)
    raise TypeError(type(value).__name__)


def _parsed(text: str) -> object:
    try:
        return loads(text)
    except JSONDecodeError:
        return text
