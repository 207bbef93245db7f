"""A member's own licences and their documents."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.license_numbers import normal_number
from allmytracks.domain.licenses import Letter
from allmytracks.ports.downloads import Page
from allmytracks.ports.licenses import Documents, Licenses
from allmytracks.services.print_letter import document_key


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """The letter's bytes, as they were stored once."""

    number: str
    content: bytes
    sha256: str


@dataclass(frozen=True)
class ListLicenses:
    """What was issued to the caller; also after the membership ended (design, 6.3)."""

    licenses: Licenses
    documents: Documents

    def __call__(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        """Newest first. Raises InvalidFields, Unavailable."""
        return self.licenses.page(account_id, limit=limit, cursor=cursor)

    def document(self, account_id: str, number: str) -> LetterDocument:
        """Raises LicenseNotFound for what is not the caller's, DocumentNotFound, Unavailable."""
        letter = self.licenses.get(account_id, normal_number(number))
        number = letter.license.number
        return LetterDocument(number, self.documents.get(document_key(number)), letter.document_sha256)
