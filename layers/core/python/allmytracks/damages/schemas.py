"""Request and response bodies of the operators' routes for damages."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.damages.rules import CURRENCY, Damages
from allmytracks.damages.use_cases import Wanted
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.states.rules import RevocationReason

_Ids = Annotated[list[str], msgspec.Meta(max_length=100)]


class DamagesForm(msgspec.Struct):
    """A claim: `amount` in US cents; the pieces of music by their tracks, or by licences for them."""

    amount: int
    reason: RevocationReason
    tracks: _Ids = []
    licenses: _Ids = []
    reference: str | None = None

    def wanted(self, account_id: str) -> Wanted:
        return Wanted(account_id, self.amount, self.tracks, self.licenses, self.reason, self.reference)


class DamagesAnswer(msgspec.Struct):
    """A claim on record; `amount` in the currency's minor unit."""

    damages_id: str
    account_id: str
    amount: int
    currency: str
    pieces: int
    tracks: list[str]
    licenses: list[str]
    reason: str
    reference: str | None
    recorded_by: str
    recorded_at: str


class DamagesListAnswer(msgspec.Struct):
    """An account's claims, oldest first."""

    items: list[DamagesAnswer]


def damages_answer(damages: Damages) -> DamagesAnswer:
    """A claim as operators see it."""
    claim = damages.claim
    return DamagesAnswer(
        damages_id=claim.id,
        account_id=claim.account_id,
        amount=claim.amount,
        currency=CURRENCY,
        pieces=len(claim.track_ids),
        tracks=sorted(claim.track_ids),
        licenses=sorted(claim.license_numbers),
        reason=claim.reason,
        reference=claim.reference,
        recorded_by=damages.recorded_by,
        recorded_at=rfc3339(damages.recorded_at),
    )
