"""The keys that sign licences (ES256): in KMS."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jws
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64encode

from allmytracks.foundation.aws.calls import answer_of_aws
from allmytracks.foundation.aws.client import AwsClient
from allmytracks.signing.jws import ALGORITHM, registry_for
from allmytracks.signing.ports import Signature
from allmytracks.signing.rules import LETTER_TYPE

COORDINATE_BYTES = 32
# KMS hashes at most so many bytes itself; longer messages are sent as a hash (API reference, Sign).
LONGEST_RAW = 4096


def public_jwk(key: ECKey) -> dict[str, str]:
    """The public half as a JWK, named by its thumbprint (RFC 7638)."""
    public = {name: str(value) for name, value in key.as_dict(private=False).items()}
    return {**public, "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}


def _signing_input(claims: Mapping[str, object], key_id: str, token_type: str) -> bytes:
    header = {"alg": ALGORITHM, "kid": key_id, "typ": token_type}
    parts = (json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode() for part in (header, claims))
    return b".".join(urlsafe_b64encode(part) for part in parts)


class SigningKey(Protocol):
    """The current signing key (P-256), for signing anything other than claims."""

    def public_der(self) -> bytes:
        """Its public half (SubjectPublicKeyInfo). Raises Unavailable."""
        ...

    def sign_message(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over the message, in DER. Raises Unavailable."""
        ...


class _KmsKey:
    """One key; its public half is fetched once."""

    def __init__(self, kms: AwsClient, key_id: str) -> None:
        self._kms = kms
        self._id = key_id

    @answer_of_aws
    def public(self) -> ECKey:
        answer = self._kms.call("GetPublicKey", {"KeyId": self._id})
        return ECKey.import_key(b64decode(answer["PublicKey"]))

    def sign(self, message: bytes) -> bytes:
        """The signature as X9.62 writes it, in DER."""
        raw = len(message) <= LONGEST_RAW
        asked = {
            "KeyId": self._id,
            "Message": message if raw else hashlib.sha256(message).digest(),
            "MessageType": "RAW" if raw else "DIGEST",
            "SigningAlgorithm": "ECDSA_SHA_256",
        }
        return b64decode(self._kms.call("Sign", asked)["Signature"])


class KmsLicenseKeys:
    """Keys in KMS. The first of `key_ids` signs; the others signed once and still verify (rotation)."""

    def __init__(self, kms: AwsClient, key_ids: Sequence[str]) -> None:
        self._keys = [_KmsKey(kms, key_id) for key_id in key_ids]

    def sign(self, claims: Mapping[str, object], token_type: str = LETTER_TYPE) -> Signature:
        key = self._keys[0]
        key_id = key.public.thumbprint()
        message = _signing_input(claims, key_id, token_type)
        # In JOSE's form: both numbers in full length (RFC 7518, 3.4).
        numbers = (each.to_bytes(COORDINATE_BYTES, "big") for each in decode_dss_signature(key.sign(message)))
        text = b".".join((message, urlsafe_b64encode(b"".join(numbers)))).decode("ascii")
        # A letter that its own key does not verify must never be stored.
        jws.deserialize_compact(text, key.public, registry=registry_for(len(text)))
        return Signature(text, key_id)

    def all(self) -> Sequence[Mapping[str, str]]:
        return [public_jwk(key.public) for key in self._keys]

    def public_der(self) -> bytes:
        return self._keys[0].public.as_der(private=False)

    def sign_message(self, message: bytes) -> bytes:
        return self._keys[0].sign(message)
