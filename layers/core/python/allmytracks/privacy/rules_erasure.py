"""Erasing an account: how far it came, and the receipt that says what was erased and what stays (P-manage.access)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from allmytracks.foundation.errors import NotFound
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.records import Delete, Keep, Pseudonymise, Record, Whose

RECEIPT_TYPE = "erasure-receipt+jws"
BACKUPS = (
    "Backups of the tables hold what was erased for 35 days more and are then overwritten. They are read only after a "
    "loss of data, and the erasure is repeated before they are used."
)
HELD = "a legal hold suspends the erasure of this until it is lifted"
LOGS = "Logs name no person; they are deleted after their term."


class Phase(StrEnum):
    """Everything is counted first, so that the receipt says what there was, then erased, then the receipt is signed.

    `held`: what a legal hold names is still there; it goes when the hold is lifted.
    """

    COUNTING = "counting"
    ERASING = "erasing"
    HELD = "held"
    DONE = "done"


class ErasureReason(StrEnum):
    """Why an account is erased."""

    MEMBER_REQUEST = "member_request"
    GUARDIAN_REQUEST = "guardian_request"
    DECEASED = "deceased"


class ErasureNotFound(NotFound):
    """There is no erasure of this name."""

    code = "erasure_not_found"


class Erasure(Struct, frozen=True, omit_defaults=True):
    """The erasure of one account; `after` is the sort key that the phase came to, `counts` by kind of record.

    `stayed` are the counts of what an earlier round, under other holds, left in place. `summary` is the receipt in
    words, as it was when it was signed (`receipt`), whatever kinds of record there are later.
    """

    id: str
    account_id: str
    begun_at: datetime
    phase: Phase = Phase.COUNTING
    after: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    done_at: datetime | None = None
    receipt: str | None = None
    summary: Receipt | None = None
    held: tuple[str, ...] = ()
    stayed: dict[str, int] = field(default_factory=dict)

    def counted(self, names: Iterable[str]) -> Erasure:
        """With one more of each."""
        counts = dict(self.counts)
        for name in names:
            counts[name] = counts.get(name, 0) + 1
        return replace(self, counts=counts)


class Line(Struct, frozen=True):
    """What became of one kind of record."""

    kind: str
    store: str
    count: int
    why: str | None = None
    kept_days: int | None = None


class Receipt(Struct, frozen=True):
    """What an erasure did. It names the account by nothing but the erasure's own id."""

    erasure_id: str
    begun_at: datetime
    done_at: datetime
    erased: tuple[Line, ...]
    pseudonymised: tuple[Line, ...]
    kept: tuple[Line, ...]
    notes: tuple[str, ...] = (BACKUPS, LOGS)

    def claims(self) -> dict[str, object]:
        """As it is signed: counts by kind, so that KMS signs the text itself (4,096 bytes); words are in the answer."""
        return {
            "erasure_id": self.erasure_id,
            "begun_at": rfc3339(self.begun_at),
            "done_at": rfc3339(self.done_at),
            "erased": _counts(self.erased),
            "pseudonymised": _counts(self.pseudonymised),
            "kept": _counts(self.kept),
            "kept_days": {each.kind: each.kept_days for each in self.kept if each.kept_days is not None},
        }


def receipt_of(erasure: Erasure, records: Iterable[Record], done_at: datetime) -> Receipt:
    """The receipt of what was counted."""
    erased, pseudonymised, kept = [], [], []
    for each in records:
        count = erasure.counts.get(each.name, 0)
        if isinstance(each.erasure, (Keep, Pseudonymise)):
            count = max(count, erasure.stayed.get(each.name, 0))
        if not count or each.whose is not Whose.ACCOUNT:
            continue
        after = each.retention.after
        if each.name in erasure.held:
            kept.append(Line(each.name, each.store, count, HELD))
            continue
        match each.erasure:
            case Delete():
                erased.append(Line(each.name, each.store, count))
            case Pseudonymise(why=why):
                pseudonymised.append(Line(each.name, each.store, count, why, after.days if after else None))
            case Keep(why=why):
                line = Line(each.name, each.store, count, f"{why}; {each.retention.why}", after.days if after else None)
                kept.append(line)
    return Receipt(erasure.id, erasure.begun_at, done_at, tuple(erased), tuple(pseudonymised), tuple(kept))


def _counts(lines: tuple[Line, ...]) -> dict[str, int]:
    return {each.kind: each.count for each in lines}
