"""Verifies signed texts of unknown origin by our own public keys (JWS, RFC 7515)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from allmytracks.foundation.aws.calls import answer_of_aws
from allmytracks.signing.ports import PublicKeys
from allmytracks.signing.rules import LETTER_TYPE, SignatureState, SignedText

ALGORITHM = "ES256"
STATUS_LIST_TYPE = "license-status-list+jws"
LONGEST_LETTER = 16_384


def keys_by_id(jwks: Sequence[Mapping[str, object]]) -> dict[str, ECKey]:
    """The P-256 keys of a key set by thumbprint, ignoring their `kid`. Raises ValueError for an unreadable one."""
    keys = [ECKey.import_key({name: str(each.get(name, "")) for name in ("kty", "crv", "x", "y")}) for each in jwks]
    return {key.thumbprint(): key for key in keys if key.curve_name == "P-256"}


def check(text: str, keys: Mapping[str, ECKey], token_type: str, longest: int = LONGEST_LETTER) -> SignedText:
    """The claims of a signed text, and whether one of `keys` signed it as a `token_type`.

    Only our own keys are used, by id; the algorithm is ES256, whatever the header says.
    """
    unreadable = SignedText(text, SignatureState.INVALID, {})
    if len(text) > longest or not text.isascii():
        return unreadable
    registry = registry_for(longest)
    try:
        parsed = jws.extract_compact(text.encode(), registry=registry)
        claims = msgspec.json.decode(parsed.payload, type=dict[str, object])
    except (JoseError, msgspec.DecodeError, ValueError, TypeError, RecursionError):
        return unreadable
    header = parsed.headers()
    stated = SignedText(text, SignatureState.INVALID, claims)
    key = keys.get(str(header.get("kid")))
    if key is None or header.get("typ") != token_type or set(header) - {"alg", "kid", "typ"}:
        return stated
    try:
        jws.deserialize_compact(text, key, registry=registry)
    except (JoseError, ValueError):
        return stated
    return SignedText(text, SignatureState.VALID, claims)


def registry_for(longest: int) -> jws.JWSRegistry:
    """A registry of ES256 alone, with joserfc's limits except the payload's."""
    registry = jws.JWSRegistry(algorithms=[ALGORITHM])
    registry.max_payload_length = longest
    return registry


@dataclass
class KeySetSignatures:
    """Verifies letters by our published keys, which are fetched once in a process."""

    keys: PublicKeys

    @answer_of_aws
    def _by_id(self) -> dict[str, ECKey]:
        return keys_by_id(self.keys.all())

    def check(self, jws: str) -> SignedText:
        return check(jws, self._by_id, LETTER_TYPE)
