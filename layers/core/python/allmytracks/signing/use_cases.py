"""The public keys that verify letters offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allmytracks.signing.ports import PublicKeys


@dataclass(frozen=True)
class GetJwks:
    """Every key that ever signed, as JWKs. Raises Unavailable."""

    keys: PublicKeys

    def __call__(self) -> Sequence[Mapping[str, str]]:
        return self.keys.all()
