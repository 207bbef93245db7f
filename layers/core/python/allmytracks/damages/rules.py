"""Liquidated damages for use outside the licensed scope: at least 2,000 US dollars a piece of music (M-III.10)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from allmytracks.documents.rules_text import line
from allmytracks.foundation.errors import FieldProblem, Invalid, InvalidFields
from allmytracks.licenses.states.rules import RevocationReason

# In cents, a piece.
LEAST_A_PIECE = 200_000
CURRENCY = "USD"
LONGEST_REFERENCE = 100


class DamagesTooLow(Invalid):
    """Less than the agreement's least sum for so many pieces (M-III.10)."""

    code = "damages_below_minimum"


class Claim(Struct, frozen=True):
    """What is claimed of an account: `amount` in US cents, for these pieces of music, under these licences if any.

    `reference` tells apart claims that are otherwise alike (a letter's, a court's).
    """

    account_id: str
    amount: int
    track_ids: frozenset[str]
    license_numbers: frozenset[str]
    reason: RevocationReason
    reference: str | None

    @property
    def id(self) -> str:
        """Deterministic, so that a claim is recorded once."""
        stated = (self.account_id, self.amount, sorted(self.track_ids), sorted(self.license_numbers))
        text = repr((*stated, self.reason.value, self.reference))
        return f"dmg_{hashlib.sha256(text.encode()).hexdigest()[:26]}"


class Damages(Struct, frozen=True):
    """A claim on record, by whom (an AWS identity) and when."""

    claim: Claim
    recorded_by: str
    recorded_at: datetime


def claim_of(
    account_id: str,
    amount: int,
    track_ids: Collection[str],
    license_numbers: Collection[str],
    reason: RevocationReason,
    reference: str | None,
) -> Claim:
    """Checks a claim by the agreement. Raises InvalidFields (no piece), DamagesTooLow naming the least sum."""
    pieces = frozenset(track_ids)
    if not pieces:
        raise InvalidFields([FieldProblem("tracks", "required", "Name the pieces of music, or licences for them.")])
    least = LEAST_A_PIECE * len(pieces)
    if amount < least:
        raise DamagesTooLow(
            f"The least is {least} US cents: 2,000 US dollars for each piece of music, and these are {len(pieces)}.",
            minimum=least,
            currency=CURRENCY,
            pieces=len(pieces),
        )
    kept = line("reference", reference, LONGEST_REFERENCE)
    return Claim(account_id, amount, pieces, frozenset(license_numbers), reason, kept)
