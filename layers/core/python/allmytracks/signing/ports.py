"""Signing texts and documents, and the public keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Signature(Struct, frozen=True):
    """A signed text (JWS, compact) and the name of the key that signed it."""

    jws: str
    key_id: str


class LicenseSigner(Protocol):
    """The key that signs licences; the private key never leaves KMS."""

    def sign(self, claims: Mapping[str, object], token_type: str = ...) -> Signature:
        """Signs with ES256, as a licence unless another type is named. Raises Unavailable."""
        ...


class PublicKeys(Protocol):
    """The keys that verify licences, past ones as well."""

    def all(self) -> Sequence[Mapping[str, str]]:
        """Each key as a JWK (RFC 7517) named by its thumbprint (RFC 7638). Raises Unavailable."""
        ...


class LicenseKeys(LicenseSigner, PublicKeys, Protocol):
    """The keys that sign and those that verify."""


class DocumentSealer(Protocol):
    """Signs a document itself, so that PDF readers show by whom and whether it was changed since."""

    def seal(self, document: bytes, chains: Sequence[str], at: datetime) -> bytes:
        """The document with a PAdES signature.

        It names the first of `chains` whose certificate is of the signing key and valid at that time. A chain is PEM,
        the signer's certificate first. Raises CertificateMissing, Unavailable.
        """
        ...
