"""In-memory fakes: enterprises."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.enterprises.rules import Company, EnterpriseConsent
from allmytracks.enterprises.rules_authority import LetterOfAuthority, Shelf
from allmytracks.foundation.paging import Page, make_cursor, read_cursor


@dataclass
class MemoryEnterprises:
    """Enterprises in memory."""

    companies: dict[str, Company] = field(default_factory=dict)
    consents: dict[tuple[str, str, str, str], EnterpriseConsent] = field(default_factory=dict)
    sent: dict[str, LetterOfAuthority] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def company(self, account_id: str) -> Company | None:
        return self.companies.get(account_id)

    def put_company(self, account_id: str, company: Company) -> None:
        self.companies[account_id] = company

    def declare(self, account_id: str, consents: Sequence[EnterpriseConsent]) -> None:
        for each in consents:
            self.consents.setdefault((account_id, each.agreement, each.version, each.company.digest), each)

    def declared(self, account_id: str) -> Sequence[EnterpriseConsent]:
        return [each for key, each in sorted(self.consents.items()) if key[0] == account_id]

    def letter(self, account_id: str) -> LetterOfAuthority | None:
        return self.sent.get(account_id)

    def replace_letter(self, letter: LetterOfAuthority) -> bool:
        later = replace(letter, revision=letter.revision + 1)
        with self._lock:
            known = self.sent.get(letter.account_id)
            if later != known and letter.revision != (known.revision if known else 0):
                return False
            self.sent[letter.account_id] = later
            return True

    def letters(self, shelf: Shelf, *, limit: int, cursor: str | None) -> Page[LetterOfAuthority]:
        found = [each for each in self.sent.values() if each.shelf is shelf]
        found.sort(key=lambda each: (each.place, each.account_id))
        start = read_cursor(cursor, tuple[int])[0] if cursor else 0
        more = len(found) > start + limit
        return Page(found[start : start + limit], make_cursor(start + limit) if more else None)
