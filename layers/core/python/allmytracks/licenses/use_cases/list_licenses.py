"""A member's own licences and their documents."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.documents.ports import Documents
from allmytracks.foundation.paging import Page
from allmytracks.licenses.letters.use_cases import document_key
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules import Letter
from allmytracks.licenses.rules_lists import WantedLicenses
from allmytracks.licenses.rules_numbers import normal_number

READ_AT_ONCE = 250
# Most licences read for one request, however few match.
MOST_READ = 2500
EVERYTHING = WantedLicenses()


class LetterDocument(Struct, frozen=True):
    """The letter's stored bytes."""

    number: str
    content: bytes
    sha256: str


@dataclass(frozen=True)
class ListLicenses:
    """The caller's licences; also after the membership ended (design, 6.3)."""

    licenses: Licenses
    documents: Documents

    def __call__(
        self, account_id: str, wanted: WantedLicenses = EVERYTHING, *, limit: int, cursor: str | None
    ) -> Page[Letter]:
        """Newest first. Raises InvalidFields, Unavailable.

        A page holds fewer than `limit` only at the end of the list, or where MOST_READ licences were read for it: then
        its cursor resumes there. A cursor works with any filter.
        """
        found: list[Letter] = []
        left = max(MOST_READ, limit + 1)
        while left > 0:
            # One more than the limit shows whether there is another page.
            batch = min(left, READ_AT_ONCE, limit + 1 if wanted.everything else READ_AT_ONCE)
            read = self.licenses.page(account_id, limit=batch, cursor=cursor)
            found += [each for each in read.items if wanted.includes(each)]
            if len(found) > limit:
                return Page(found[:limit], self.licenses.cursor_after(found[limit - 1]))
            cursor = read.next_cursor
            if cursor is None:
                break
            left -= len(read.items)
        return Page(found, cursor)

    def document(self, account_id: str, number: str) -> LetterDocument:
        """Raises LicenseNotFound for what is not the caller's, DocumentNotFound, Unavailable."""
        letter = self.licenses.get(account_id, normal_number(number))
        number = letter.license.number
        return LetterDocument(number, self.documents.get(document_key(number)), letter.document_sha256)
