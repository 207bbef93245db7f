"""Retention by schedule: what is due, and how far a pass through the table came (P-storage)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.records import Attributes, Pseudonymise, Record

SYSTEM = Operator("system/every_day_apply_retention", "")
ACT, SUBJECT = "retention_applied", "retention"


class Outcome(StrEnum):
    """What became of an item that is due, or that cannot be judged."""

    APPLIED = "applied"
    HELD = "held"
    UNDECLARED = "undeclared"


class Pass(Struct, frozen=True):
    """One pass through the table, in one run or several; `after` is the key that it came to."""

    begun_at: datetime
    after: tuple[str, str] | None = None
    looked_at: int = 0
    applied: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    undeclared: dict[str, int] = field(default_factory=dict)
    finished_at: datetime | None = None

    def counted(self, outcomes: Iterable[tuple[Outcome, str]]) -> Pass:
        """With one more of each kind."""
        counts = {
            Outcome.APPLIED: dict(self.applied),
            Outcome.HELD: dict(self.held),
            Outcome.UNDECLARED: dict(self.undeclared),
        }
        for outcome, kind in outcomes:
            of = counts[outcome]
            of[kind] = of.get(kind, 0) + 1
        applied, held, undeclared = counts.values()
        return replace(self, applied=applied, held=held, undeclared=undeclared)


def due_since(record: Record, item: Attributes) -> datetime | None:
    """The instant that an item's term is counted from; None where the job leaves it. Raises ValueError."""
    retention = record.retention
    if retention.by_store or retention.after is None or retention.since is None:
        return None
    since = retention.since(item)
    return None if since is None else parse_rfc3339(since)


def is_over(record: Record, since: datetime, now: datetime) -> bool:
    """Whether the term that began then has ended: at its second, not before."""
    return record.retention.after is not None and since + record.retention.after <= now


def is_done(record: Record, item: Attributes) -> bool:
    """Whether an item is already as its retention leaves it."""
    then = record.retention.then
    return isinstance(then, Pseudonymise) and then.changes(item) == (frozenset(), {})


def owner_of(record: Record, read: Mapping[str, str], item: Attributes) -> str | None:
    """The account that an item is about, whose legal holds keep it."""
    owner = read.get("account") or item.get(record.owner or "account_id")
    return str(owner) if owner else None


def kind_of_key(key: str, sort: str | None) -> str:
    """What a log may say of an item that no declaration covers: the fixed parts of its key."""
    return "/".join(part.split("#")[0] for part in (key, sort or ""))
