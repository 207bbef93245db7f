"""A member's own music licence agreement and its document."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.documents.ports import Documents
from allmytracks.licenses.agreements.ports import MusicAgreements
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.letters.use_cases import document_key


@dataclass(frozen=True)
class GetMusicAgreement:
    """Raises MusicAgreementNotFound, Unavailable; also after the membership ended."""

    agreements: MusicAgreements
    documents: Documents

    def __call__(self, account_id: str, order_id: str) -> SignedAgreement:
        return self.agreements.get(account_id, order_id)

    def document(self, signed: SignedAgreement) -> bytes:
        """The PDF, as it was stored once. Raises DocumentNotFound."""
        return self.documents.get(document_key(signed.agreement.number))
