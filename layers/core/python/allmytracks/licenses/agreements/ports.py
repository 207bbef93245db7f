"""Music licence agreements on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from allmytracks.accounts.rules_end_users import EndUserChange, NamedEndUser
from allmytracks.downloads.rules_links import IssuedLink
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.agreements.rules_special import SpecialTerms
from allmytracks.licenses.states.rules import Supersession
from allmytracks.payments.orders.rules import Order


class Quotes(Protocol):
    """Quotes of special licences: orders with terms of their own."""

    def add(self, order: Order, terms: SpecialTerms) -> Order:
        """Stores a quote with its terms in one atomic write; returns the stored order where there is one by its id."""
        ...

    def terms(self, account_id: str, order_id: str) -> SpecialTerms:
        """The terms of the account's own quote. Raises SpecialTermsNotFound."""
        ...


class LicensedFile(Struct, frozen=True):
    """One track of one special licence, as a file that its account may have."""

    account_id: str
    order_id: str
    track_id: str

    @property
    def download_id(self) -> str:
        """What records of its links call it, beside the downloads of memberships."""
        return f"{self.order_id}.{self.track_id}"


class SpecialLinks(Protocol):
    """The record of the links that were issued to files of special licences, without the links themselves."""

    def record(self, file: LicensedFile, link: IssuedLink, most: int) -> None:
        """Counts one more link of the file and stores its record, atomically.

        Raises SpecialLicenseNotFound, NoLinksLeft (`most` were recorded already) and Unavailable; after the last, the
        same call may be repeated and is counted once.
        """
        ...

    def of(self, file: LicensedFile) -> Sequence[IssuedLink]:
        """All links of the file, oldest first."""
        ...

    def renew(self, file: LicensedFile) -> None:
        """Resets the file's count of links; the records stay."""
        ...


class MusicAgreements(Protocol):
    """One agreement for each activated order of a membership, one letter for each paid special licence."""

    def add(self, signed: SignedAgreement, named: NamedEndUser | None) -> bool:
        """Records an agreement, its public side and the end user that it binds in one atomic write (U-III.II.2).

        False: nothing was written, as the order has one, or the account's end user is not the one of `named` (of
        None: it has one), or the account is closed; reading again tells which. A special licence binds no end user.
        Raises Unavailable.
        """
        ...

    def all_of(self, account_id: str) -> Sequence[SignedAgreement]:
        """Every agreement of the account, superseded ones included; strongly consistent."""
        ...

    def supersede(self, signed: SignedAgreement, supersession: Supersession, users: EndUserChange) -> bool:
        """Records an agreement that supersedes the one that it names, in one atomic write.

        False: nothing was written, as the old one is revoked or superseded, or the account's end users are others
        than `users.before`; reading again tells which. Raises Unavailable.
        """
        ...

    def get(self, account_id: str, order_id: str) -> SignedAgreement:
        """The agreement in force for the account's own order. Raises MusicAgreementNotFound."""
        ...
