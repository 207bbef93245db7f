"""Music licence agreements on record."""

from __future__ import annotations

from typing import Protocol

from allmytracks.licenses.agreements.rules import SignedAgreement


class MusicAgreements(Protocol):
    """One agreement for each activated Business order."""

    def add(self, signed: SignedAgreement) -> SignedAgreement:
        """Records an agreement and its public side in one write; where the order has one, answers that.

        Raises Unavailable.
        """
        ...

    def get(self, account_id: str, order_id: str) -> SignedAgreement:
        """The agreement of the account's own order. Raises MusicAgreementNotFound."""
        ...
