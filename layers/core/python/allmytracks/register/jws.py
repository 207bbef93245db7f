"""Heads of the register, signed by the keys that sign licences (JWS, ES256)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allmytracks.register.rules import RegisterBroken, SignedHead, TreeHead, read_head
from allmytracks.signing.jws import check, keys_by_id
from allmytracks.signing.ports import LicenseKeys
from allmytracks.signing.rules import SignatureState

TOKEN_TYPE = "tree-head+jws"  # noqa: S105 - a media type, no secret


class JwsTreeHeads:
    """Heads signed and verified with the licence keys; their type keeps a head from passing for a licence."""

    def __init__(self, keys: LicenseKeys) -> None:
        self._keys = keys

    def sign(self, head: TreeHead) -> SignedHead:
        return SignedHead(head, self._keys.sign(head.claims(), TOKEN_TYPE).jws)

    def verified(self, jws: str) -> SignedHead:
        try:
            return verified_head(jws, self._keys.all())
        except ValueError as error:
            raise RegisterBroken(str(error)) from error


def verified_head(text: str, keys: Sequence[Mapping[str, str]]) -> SignedHead:
    """A head that one of these keys (JWKs) signed. Raises ValueError where none did, or where it is no head."""
    if check(text, keys_by_id(keys), TOKEN_TYPE).signature is not SignatureState.VALID:
        raise ValueError("none of the keys signed this as a head of the register")
    return read_head(text)
