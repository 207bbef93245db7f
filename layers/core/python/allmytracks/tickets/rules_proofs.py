"""Proof of ownership by the requester: a code to the address on record, or reviewed documents (P-12.identity)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import Invalid

CODE_LIFETIME = timedelta(hours=1)
# More than a sign-up's: here a code opens an account.
CODE_DIGITS = 8


class ProofMeans(StrEnum):
    """By what somebody proved to be the owner of an account."""

    CODE = "code"
    DOCUMENTS = "documents"


class ProofOutcome(StrEnum):
    """What an operator found."""

    PROVED = "proved"
    NOT_PROVED = "not_proved"


class ProofReason(StrEnum):
    """Why an operator decided so."""

    DOCUMENTS_REVIEWED = "documents_reviewed"
    DOCUMENTS_INSUFFICIENT = "documents_insufficient"
    CONTRADICTED = "contradicted"
    NO_DOCUMENTS = "no_documents"


PROVING = frozenset({ProofReason.DOCUMENTS_REVIEWED})


class WrongProofCode(Invalid):
    """The code proves nothing: it is another ticket's, was mistyped, or is too old."""

    code = "wrong_proof_code"


class Proof(Struct, frozen=True):
    """What is on record of the proof that a ticket needs; of the code only its hash."""

    code_hash: str | None = None
    code_until: datetime | None = None
    means: ProofMeans | None = None
    at: datetime | None = None
    refused_for: ProofReason | None = None

    @property
    def given(self) -> bool:
        return self.means is not None

    def is_proved_by(self, code: str, number: str, now: datetime) -> bool:
        if self.code_hash is None or self.code_until is None or now >= self.code_until:
            return False
        return hmac.compare_digest(self.code_hash, hash_of(code, number))


def hash_of(code: str, number: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(f"{number}:{code}".encode(errors="replace")).hexdigest()
