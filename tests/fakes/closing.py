"""In-memory fakes: closing."""

from __future__ import annotations

from dataclasses import dataclass, field

from allmytracks.closing.dynamodb import place, read_place
from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.foundation.paging import Page, make_cursor


@dataclass
class MemoryClosings:
    """Applications in memory."""

    stored: dict[str, Closing] = field(default_factory=dict)

    def get(self, account_id: str) -> Closing | None:
        return self.stored.get(account_id)

    def apply(self, closing: Closing) -> Closing:
        known = self.stored.get(closing.account_id)
        if known is None or known.status is ClosingStatus.REFUSED:
            self.stored[closing.account_id] = closing
        return self.stored[closing.account_id]

    def withdraw(self, account_id: str) -> bool:
        if account_id in self.stored and self.stored[account_id].status is not ClosingStatus.APPLIED:
            return False
        self.stored.pop(account_id, None)
        return True

    def decide(self, closing: Closing) -> bool:
        known = self.stored.get(closing.account_id)
        if known is None or known.status is not ClosingStatus.APPLIED:
            return False
        self.stored[closing.account_id] = closing
        return True

    def begin(self, closing: Closing) -> None:
        self.stored[closing.account_id] = closing

    def waiting(self, *, limit: int, cursor: str | None) -> Page[Closing]:
        after = read_place(cursor)[0] if cursor else ""
        waiting = sorted((each for each in self.stored.values() if each.status is ClosingStatus.APPLIED), key=place)
        rest = [each for each in waiting if place(each) > after]
        shown = rest[:limit]
        more = len(rest) > limit
        return Page(shown, make_cursor(place(shown[-1]), shown[-1].account_id) if more else None)
