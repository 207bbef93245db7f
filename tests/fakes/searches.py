"""In-memory fakes: members' searches and their tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.accounts.rules_consents import ConsentDecision
from allmytracks.catalogue.rules_searches import Search
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from tests.fakes.consents import MemoryConsentDecisions


@dataclass
class MemorySearches:
    """Searches in memory, by account and time."""

    stored: dict[str, dict[datetime, Search]] = field(default_factory=dict)
    decisions: MemoryConsentDecisions = field(default_factory=MemoryConsentDecisions)

    def add(self, account_id: str, search: Search, consented: ConsentDecision) -> None:
        last = {each.id: each for each in self.decisions.current(account_id)}.get(consented.id)
        if last is None or not last.given or last.changed_at != consented.changed_at:
            return
        self.stored.setdefault(account_id, {})[search.at] = search

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Search]:
        before = None if cursor is None else datetime.fromisoformat(read_cursor(cursor, tuple[KeyPart])[0])
        own = sorted(self.stored.get(account_id, {}).values(), key=lambda each: each.at, reverse=True)
        left = [each for each in own if before is None or each.at < before]
        following = make_cursor(left[limit - 1].at.isoformat()) if len(left) >= limit else None
        return Page(left[:limit], following)

    def clear(self, account_id: str) -> None:
        self.stored.pop(account_id, None)


@dataclass
class MemoryMemberTokens:
    """Tokens by their account."""

    issued: dict[str, str] = field(default_factory=dict)

    def account_of(self, token: str) -> str | None:
        return self.issued.get(token)
