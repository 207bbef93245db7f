"""In-memory fakes: signing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey

from allmytracks.signing.jws import ALGORITHM
from allmytracks.signing.kms import public_jwk
from allmytracks.signing.pades import NO_CERTIFICATE
from allmytracks.signing.ports import Signature
from allmytracks.signing.rules import LETTER_TYPE, CertificateMissing


@dataclass
class MemoryLicenseKeys:
    """Keys of this process."""

    keys: list[ECKey] = field(default_factory=lambda: [ECKey.generate_key("P-256", auto_kid=False)])

    def sign(self, claims: Mapping[str, object], token_type: str = LETTER_TYPE) -> Signature:
        key_id = self.keys[0].thumbprint()
        header = {"alg": ALGORITHM, "kid": key_id, "typ": token_type}
        text = jws.serialize_compact(header, json.dumps(claims, ensure_ascii=False), self.keys[0], [ALGORITHM])
        return Signature(text, key_id)

    def all(self) -> Sequence[Mapping[str, str]]:
        return [public_jwk(key) for key in self.keys]

    def public_der(self) -> bytes:
        return self.keys[0].as_der(private=False)

    def sign_message(self, message: bytes) -> bytes:
        private = self.keys[0].private_key
        if private is None:
            raise ValueError("a public key cannot sign")
        return private.sign(message, ECDSA(SHA256()))


class MarkingSealer:
    """Marks a document as sealed, for tests that do not look at it; without any certificate it seals nothing either."""

    def seal(self, document: bytes, chains: Sequence[str], at: datetime) -> bytes:  # noqa: ARG002 - the port's
        if not chains:
            raise CertificateMissing(NO_CERTIFICATE)
        return document + b"\n% sealed"
