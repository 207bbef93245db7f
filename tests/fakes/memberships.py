"""In-memory fakes: memberships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_ends import End


@dataclass
class MemoryMemberships:
    """Periods as they were put."""

    paid: dict[str, tuple[Period, ...]] = field(default_factory=dict)

    def periods(self, account_id: str) -> tuple[Period, ...]:
        return self.paid.get(account_id, ())


@dataclass
class MemoryEnds:
    """Ends in memory, as MemoryBookkeeping writes them."""

    stored: dict[str, End] = field(default_factory=dict)

    def write(self, account_id: str, end: End | None) -> None:
        """Puts an account's end in place of the former one."""
        self.stored.pop(account_id, None)
        if end is not None:
            self.stored[account_id] = end

    def due(self, now: datetime) -> Iterator[End]:
        yield from sorted(
            (end for end in self.stored.values() if end.due_at <= now), key=lambda end: (end.due_at, end.account_id)
        )

    def set_next(self, end: End, due_at: datetime | None) -> None:
        if self.stored.get(end.account_id) == end:
            self.write(end.account_id, replace(end, due_at=due_at) if due_at is not None else None)
