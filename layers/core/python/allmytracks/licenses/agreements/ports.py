"""Music licence agreements on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.accounts.rules_end_users import EndUserChange, NamedEndUser
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.states.rules import Supersession


class MusicAgreements(Protocol):
    """One agreement for each activated Business order."""

    def add(self, signed: SignedAgreement, named: NamedEndUser | None) -> bool:
        """Records an agreement, its public side and the end user that it binds in one atomic write (U-III.II.2).

        False: nothing was written, as the order has one, or the account's end user is not the one of `named` (of
        None: it has one); reading again tells which. Raises Unavailable.
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
