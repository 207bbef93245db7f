"""A process's cache of accounts' counts, from the grants that it made itself.

A grant's transaction returns no count, but the response shows it. A process that has the count cached makes the grant
conditional on it and needs no second call; a stale count costs a refused transaction. So guesses are made while they
are mostly right, and retried now and then when they were not (docs/decisions/2026-11-22-fast-download.md).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from allmytracks.downloads.rules_allowance import Counted, Day

ENOUGH = 0.75
TRIED_AGAIN_EVERY = 32


@dataclass
class Trust:
    """How often guesses of one kind were right lately."""

    share: float = 1.0
    passed_over: int = 0

    def may_guess(self) -> bool:
        """Whether to guess next time."""
        if self.share >= ENOUGH:
            return True
        self.passed_over = (self.passed_over + 1) % TRIED_AGAIN_EVERY
        return self.passed_over == 0

    def note(self, *, right: bool) -> None:
        """Records the outcome of a guess; about the last sixteen count."""
        self.share += (right - self.share) / 16


@dataclass
class ProcessCounts:
    """An LRU cache of accounts' counts, at most `size` of them.

    For an account not served today it expects the day's first download and the last known limit.
    """

    size: int = 4096
    _kept: OrderedDict[str, tuple[int, Counted]] = field(default_factory=OrderedDict)
    _last_limit: int | None = None
    _known: Trust = field(default_factory=Trust)
    _unknown: Trust = field(default_factory=Trust)

    def expected(self, account_id: str, day: Day) -> Counted | None:
        kept = self._kept.get(account_id)
        if kept is not None and kept[0] == day.number:
            return kept[1] if self._known.may_guess() else None
        limit = kept[1].limit if kept else self._last_limit
        return Counted(0, limit) if limit is not None and self._unknown.may_guess() else None

    def learn(self, account_id: str, day: Day, counted: Counted, *, right: bool | None) -> None:
        kept = self._kept.get(account_id)
        if right is not None:
            trust = self._known if kept is not None and kept[0] == day.number else self._unknown
            trust.note(right=right)
        self._last_limit = counted.limit
        self._kept[account_id] = (day.number, counted)
        self._kept.move_to_end(account_id)
        if len(self._kept) > self.size:
            self._kept.popitem(last=False)
