"""In-memory fakes: music agreements."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.licenses.agreements.dynamodb import NOT_FOUND
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, SignedAgreement, public_view
from tests.fakes.licenses import MemoryLicenses


@dataclass
class MemoryMusicAgreements:
    """Agreements in memory, their public side beside the licences'."""

    licenses: MemoryLicenses

    def add(self, signed: SignedAgreement) -> SignedAgreement:
        of = signed.agreement
        held = self.licenses.agreements.setdefault((of.account_id, of.order_id), signed)
        if held is signed:
            self.licenses.records[of.number] = public_view(signed)
            self.licenses.owners[of.number] = of.account_id
        return held

    def get(self, account_id: str, order_id: str) -> SignedAgreement:
        if (account_id, order_id) not in self.licenses.agreements:
            raise MusicAgreementNotFound(NOT_FOUND)
        return self.licenses.agreements[account_id, order_id]
