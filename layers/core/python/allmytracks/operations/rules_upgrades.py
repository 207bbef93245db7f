"""How far a pass that upgrades stored items came."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """What became of an item of a kind that has had several forms; one that has the newest form is not counted."""

    UPGRADED = "upgraded"
    NEWER = "newer"  # than this version knows; left as it is
    CHANGED = "changed"  # again and again since it was read; left for another pass


class Step(Struct, frozen=True):
    """One page of a pass: items read, counts by outcome and kind, and where to go on; None at the end."""

    read: int
    counts: dict[Outcome, dict[str, int]]
    next_cursor: str | None
