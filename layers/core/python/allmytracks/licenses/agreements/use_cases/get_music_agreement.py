"""A member's own music licence agreement or special licence, and its document; asking for the agreement."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.documents.ports import Documents
from allmytracks.foundation.messages import Events
from allmytracks.licenses.agreements.ports import MusicAgreements
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, SignedAgreement
from allmytracks.licenses.letters.use_cases import document_key
from allmytracks.licenses.rules import Language
from allmytracks.payments.events import MusicAgreementRequested
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class GetMusicAgreement:
    """Raises MusicAgreementNotFound, Unavailable; also after the membership ended."""

    agreements: MusicAgreements
    documents: Documents
    orders: Orders
    events: Events

    def __call__(self, account_id: str, order_id: str) -> SignedAgreement:
        return self.agreements.get(account_id, order_id)

    def ask(self, account_id: str, order_id: str, language: Language) -> None:
        """Asks for the agreement of a paid membership (U-III.II.2).

        Idempotent: an order has one, in the language that was asked for first.

        Raises OrderNotFound, MusicAgreementNotFound (nothing is paid, or no membership), Unavailable.
        """
        order = self.orders.get(account_id, order_id)
        settled = order.settlement
        if not order.is_for_membership or settled is None or settled.activated_at is None or settled.ended_at:
            raise MusicAgreementNotFound("Only a paid order of a membership has a music licence agreement.")
        self.events.publish([MusicAgreementRequested(account_id, order_id, language.value)])

    def document(self, signed: SignedAgreement) -> bytes:
        """The PDF, as it was stored once. Raises DocumentNotFound."""
        return self.documents.get(document_key(signed.agreement.number))
