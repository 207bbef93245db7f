"""Signed texts (JWS) and what is refused of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from allmytracks.foundation.errors import Unavailable


class CertificateMissing(Unavailable):
    """The signing key has no valid certificate: a letter's signature could not be verified."""

    code = "certificate_missing"


# The `typ` of signed texts: a statement is never taken for the letter that it is about.
LETTER_TYPE = "license+jws"


class SignatureState(StrEnum):
    """Whether a signed text was signed with one of our keys and not changed since."""

    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class SignedText:
    """A JWS that was handed in: what it states, and whether the signature bears it out.

    `claims` is what it says whatever the signature is worth; it is empty where it says nothing that can be read.
    """

    jws: str
    signature: SignatureState
    claims: Mapping[str, object]
