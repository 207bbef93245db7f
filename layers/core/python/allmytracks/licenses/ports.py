"""Licences: their records, their signature, their document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.accounts.rules_end_users import EndUserChange, NamedEndUser
from allmytracks.foundation.paging import Page
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.rules import Letter, License, LicensedUse, PublicLicense
from allmytracks.licenses.states.rules import Revocation, StateChange, Supersession
from allmytracks.signing.ports import Signature


class LicenseRequest(Struct, frozen=True):
    """The request for a licence: its Idempotency-Key, and a fingerprint of its content."""

    key: str
    fingerprint: str


class Issued(Struct, frozen=True):
    """The result of an earlier request under the same key."""

    letter: Letter
    fingerprint: str


class Binding(Struct, frozen=True):
    """What issuing binds permanently; each must be unbound, or bound to exactly this, at the write.

    `individual_at`: a letter for an individual is only written while the account was no enterprise's at this instant.
    """

    use: LicensedUse
    end_user: NamedEndUser
    individual_at: datetime | None = None


class Licenses(Protocol):
    """The records of licences."""

    def issue(self, letter: Letter, request: LicenseRequest, binding: Binding) -> bool:
        """Records a licence and everything that it binds in one atomic write (M-III.6, M-III.8.default).

        False: nothing was written, as the download is licensed or bound otherwise, the account has another end
        user or is not active, the key was used, or another write was under way; reading again tells which. Raises
        Unavailable.
        """
        ...

    def issued(self, account_id: str, key: str) -> Issued | None:
        """The result of this account's request under this Idempotency-Key."""
        ...

    def get(self, account_id: str, number: str) -> Letter:
        """The account's own letter. Raises LicenseNotFound."""
        ...

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        """The account's letters, newest first. Raises InvalidFields (cursor)."""
        ...

    def whole(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Letter]:
        """All letters of the account, ordered by number; strongly consistent.

        Raises InvalidFields (cursor).
        """
        ...

    def cursor_after(self, letter: Letter) -> str:
        """The cursor of the page that starts after this letter of the account's own."""
        ...

    def issued_since(self, account_id: str, since: datetime, *, limit: int, cursor: str | None) -> Page[Letter]:
        """The account's letters from an instant on, oldest first: what is issued meanwhile comes at the end.

        Raises InvalidFields (cursor).
        """
        ...

    def public(self, number: str) -> PublicLicense:
        """The public record of a licence, with its revocation or supersession. Raises LicenseNotFound."""
        ...

    def revoke(self, number: str, revocation: Revocation) -> Revocation:
        """Revokes a licence, permanently. Idempotent: returns the revocation in force, which may be an earlier one.

        Raises LicenseNotFound, Unavailable.
        """
        ...

    def supersede(self, letter: Letter, supersession: Supersession, users: EndUserChange) -> bool:
        """Records `letter`, and that it supersedes the licence that it names, in one atomic write.

        The download names the new letter from then on. False: nothing was written, as the old licence is revoked or
        superseded, its letter is gone, the account's end users are others than `users.before`, or another write was
        under way; reading again tells which. Raises Unavailable.
        """
        ...

    def owner(self, number: str) -> str:
        """The id of the account that the licence was issued to. Raises LicenseNotFound."""
        ...

    def state_changes(self, since: datetime, until: datetime) -> Iterator[StateChange]:
        """Every revocation and supersession of [since, until), oldest first; eventually consistent."""
        ...


class LetterLinks(Struct, frozen=True):
    """The URLs for checking a letter: by its number, or offline with the public keys."""

    verification: str
    keys: str


class LetterPrinter(Protocol):
    """Makes the PDF of a licence."""

    def print(self, license_: License, signature: Signature, links: LetterLinks) -> bytes:
        """A PDF of one page that carries the JWS. Raises UnprintableText."""
        ...

    def print_agreement(self, agreement: MusicAgreement, signature: Signature, links: LetterLinks) -> bytes:
        """The same for a music licence agreement. Raises UnprintableText."""
        ...

    def print_special(self, special: SpecialLicense, signature: Signature, links: LetterLinks) -> bytes:
        """The same for a special licence. Its terms were checked as they were quoted."""
        ...
