"""All documents of an account that bear names: licence letters, music licence agreements and special licences."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.rules_end_users import EndUserChange
from allmytracks.foundation.paging import Page
from allmytracks.licenses.agreements.ports import MusicAgreements
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules import License
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.states.rules import LicenseState, Supersession
from allmytracks.licenses.states.rules_corrections import Named

# As many letters as one request can print within its time-out, with a margin.
AT_ONCE = 20


class OnRecord(Struct, frozen=True):
    """A document, and its later state."""

    of: Named
    state: LicenseState


@dataclass(frozen=True)
class NamedDocuments:
    """Reads and supersedes them."""

    licenses: Licenses
    agreements: MusicAgreements
    print_letter: PrintLetter

    def get(self, account_id: str, number: str) -> OnRecord:
        """The account's own document. Raises LicenseNotFound (also where it was erased with its account)."""
        try:
            letter = self.licenses.get(account_id, number)
        except LicenseNotFound:
            for agreement in self._agreements(account_id):
                if agreement.of.number == number:
                    return agreement
            raise
        return OnRecord(letter.license, letter.state)

    def page(self, account_id: str, cursor: str | None) -> Page[OnRecord]:
        """The next letters, and after the last of them the agreements. Raises InvalidFields (cursor)."""
        letters = self.licenses.whole(account_id, limit=AT_ONCE, cursor=cursor)
        found = [OnRecord(letter.license, letter.state) for letter in letters.items]
        if letters.next_cursor is None:
            found += self._agreements(account_id)
        return Page(found, letters.next_cursor)

    def supersede(self, document: Named, supersession: Supersession, users: EndUserChange) -> bool:
        """Signs, prints, stores and records `document`; False where a concurrent write won (Licenses.supersede)."""
        if isinstance(document, License):
            return self.licenses.supersede(self.print_letter(document), supersession, users)
        if isinstance(document, SpecialLicense):
            return self.agreements.supersede(self.print_letter.special(document), supersession, users)
        return self.agreements.supersede(self.print_letter.agreement(document), supersession, users)

    def _agreements(self, account_id: str) -> list[OnRecord]:
        return [
            OnRecord(signed.agreement, self.licenses.public(signed.agreement.number).state)
            for signed in self.agreements.all_of(account_id)
        ]
