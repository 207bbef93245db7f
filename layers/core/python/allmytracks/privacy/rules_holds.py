"""Legal holds: erasure and retention leave what a hold names until it is lifted (P-storage)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import FieldProblem, InvalidFields, NotFound
from allmytracks.foundation.records import Hold as Effect
from allmytracks.foundation.records import Record


class HoldReason(StrEnum):
    """Why records are held, or a hold is lifted."""

    LITIGATION = "litigation"
    AUTHORITY_ORDER = "authority_order"
    INVESTIGATION = "investigation"
    ENDED = "ended"


# That it ended is no reason to hold anything.
SETTING = tuple(reason for reason in HoldReason if reason is not HoldReason.ENDED)


class HoldNotFound(NotFound):
    """The account has no such hold."""

    code = "hold_not_found"


class Hold(Struct, frozen=True):
    """Holds records of an account; `kinds` are names of kinds of records, none means all that can be held."""

    id: str
    account_id: str
    reason: HoldReason
    set_at: datetime
    kinds: tuple[str, ...] = ()


def hold_id_of(account_id: str, reason: HoldReason, kinds: Iterable[str]) -> str:
    """Deterministic: the same hold again is the same one."""
    named = " ".join([account_id, reason, *sorted(kinds)])
    return f"hld_{hashlib.sha256(named.encode()).hexdigest()[:26]}"


def held(holds: Sequence[Hold], records: Iterable[Record]) -> frozenset[str]:
    """The kinds of records that these holds keep."""
    able = {each.name for each in records if each.hold is Effect.SUSPENDS}
    named: set[str] = set()
    for hold in holds:
        named |= set(hold.kinds) or able
    return frozenset(named & able)


def require_kinds(kinds: Collection[str], records: Iterable[Record]) -> None:
    """Raises InvalidFields for a kind that does not exist or that a hold cannot keep."""
    able = sorted(each.name for each in records if each.hold is Effect.SUSPENDS)
    unknown = sorted(set(kinds) - set(able))
    if unknown:
        message = f"There is no kind {', '.join(unknown)} that can be held; name some of: {', '.join(able)}."
        raise InvalidFields([FieldProblem("kinds", "unknown", message)])
