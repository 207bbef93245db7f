"""Music licence agreements on record."""

from __future__ import annotations

from typing import Protocol

from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.licenses.agreements.rules import SignedAgreement


class MusicAgreements(Protocol):
    """One agreement for each activated Business order."""

    def add(self, signed: SignedAgreement, named: NamedEndUser | None) -> bool:
        """Records an agreement, its public side and the end user that it binds in one atomic write (U-III.II.2).

        False says that nothing was written: the order has one, or the account's end user is not the one of `named` (of
        None: it has one); reading again tells which. Raises Unavailable.
        """
        ...

    def get(self, account_id: str, order_id: str) -> SignedAgreement:
        """The agreement of the account's own order. Raises MusicAgreementNotFound."""
        ...
