"""Signed texts (JWS), and errors of signing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

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


class SignedText(Struct, frozen=True):
    """A submitted JWS: its claims, and the state of its signature.

    `claims` are unverified where the signature is invalid, and empty where they cannot be read.
    """

    jws: str
    signature: SignatureState
    claims: Mapping[str, object]
