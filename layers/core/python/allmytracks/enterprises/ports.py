"""Companies, their declared consents, and their letters of authority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.enterprises.rules import Company, EnterpriseConsent
from allmytracks.enterprises.rules_authority import LetterOfAuthority, Shelf
from allmytracks.foundation.paging import Page


class Enterprises(Protocol):
    """What is on record of the enterprises that accounts act for."""

    def company(self, account_id: str) -> Company | None:
        """The account's company, if it gave one."""
        ...

    def put_company(self, account_id: str, company: Company) -> None:
        """Stores the company, replacing an earlier one."""
        ...

    def declare(self, account_id: str, consents: Sequence[EnterpriseConsent]) -> None:
        """Stores declarations; one of a company and a version that is on record stays as it is."""
        ...

    def declared(self, account_id: str) -> Sequence[EnterpriseConsent]:
        """Every declaration."""
        ...

    def letter(self, account_id: str) -> LetterOfAuthority | None:
        """The last letter that the account sent."""
        ...

    def replace_letter(self, letter: LetterOfAuthority) -> bool:
        """Stores a new or changed letter; False where another was stored since `letter.revision` was read."""
        ...

    def letters(self, shelf: Shelf, *, limit: int, cursor: str | None) -> Page[LetterOfAuthority]:
        """The letters of a shelf, in its order. A change may show a moment later. Raises InvalidFields (cursor)."""
        ...
