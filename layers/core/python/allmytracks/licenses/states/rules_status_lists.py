"""The status list: revoked and superseded licences, for checking letters without our API (M-III.5.revoke).

A public list must not reveal which licences exist. So it holds, for each number, the first 96 bits of its SHA-256 and
the instant from which on the licence is not valid: the holder of a letter finds its number in the list, others learn
nothing, as a number cannot be guessed. Entries are sorted, so that a list does not reveal their order either.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from allmytracks.foundation.errors import NotFound
from allmytracks.licenses.states.rules import LicenseStatus, Revocation, StateChange

EVERY = timedelta(hours=1)
# How long a list may be relied on without a newer one.
HOLDS_FOR = timedelta(days=1)
# The format of numbers and instants, versioned.
FORM = "sha-256-96+uint32"
_DIGEST_BYTES = 12
_ENTRY = struct.Struct(f">{_DIGEST_BYTES}sI")


class NoStatusList(NotFound):
    """No list was published yet."""

    code = "status_list_not_found"


class BrokenStatusList(ValueError):
    """The text is not a valid status list."""


class Listed(Struct, frozen=True):
    """The status of one number in a list; `since` is None where the list does not have it."""

    status: LicenseStatus
    since: datetime | None = None


class StatusList(Struct, frozen=True):
    """The revocations and supersessions up to `issued_at`, each with its instant, in whole seconds."""

    issued_at: datetime
    revoked: Mapping[bytes, datetime]
    superseded: Mapping[bytes, datetime]

    @property
    def next_at(self) -> datetime:
        """When the next list is published."""
        return self.issued_at + EVERY

    @property
    def expires_at(self) -> datetime:
        """When the list expires."""
        return self.issued_at + HOLDS_FOR

    def of(self, number: str) -> Listed:
        """A licence's status; a revocation outweighs a supersession."""
        digest = digest_of(number)
        if digest in self.revoked:
            return Listed(LicenseStatus.REVOKED, self.revoked[digest])
        if digest in self.superseded:
            return Listed(LicenseStatus.SUPERSEDED, self.superseded[digest])
        return Listed(LicenseStatus.VALID)

    def claims(self, issuer: str) -> dict[str, object]:
        """The list as it is signed; times as in RFC 7519."""
        return {
            "iss": issuer,
            "sub": f"{issuer}/v1/status-list",
            "iat": int(self.issued_at.timestamp()),
            "exp": int(self.expires_at.timestamp()),
            "ttl": int(EVERY.total_seconds()),
            "form": FORM,
            "revoked": _packed(self.revoked),
            "superseded": _packed(self.superseded),
        }


def digest_of(number: str) -> bytes:
    """The digest of a number in the list."""
    return hashlib.sha256(number.encode()).digest()[:_DIGEST_BYTES]


def status_list(issued_at: datetime, changes: Iterable[StateChange]) -> StatusList:
    """The list of revocations and supersessions."""
    revoked: dict[bytes, datetime] = {}
    superseded: dict[bytes, datetime] = {}
    for change in changes:
        found = revoked if isinstance(change.fact, Revocation) else superseded
        found[digest_of(change.number)] = change.at.replace(microsecond=0)
    return StatusList(issued_at.replace(microsecond=0), revoked, superseded)


def read_status_list(claims: Mapping[str, object]) -> StatusList:
    """Reads a list from its claims. Raises BrokenStatusList."""
    if claims.get("form") != FORM:
        raise BrokenStatusList("this form of list is not known; a newer version may read it")
    issued = claims.get("iat")
    if not isinstance(issued, int):
        raise BrokenStatusList("the list has no date")
    issued_at = datetime.fromtimestamp(issued, UTC)
    return StatusList(issued_at, _unpacked(claims.get("revoked")), _unpacked(claims.get("superseded")))


def _packed(entries: Mapping[bytes, datetime]) -> str:
    packed = b"".join(_ENTRY.pack(digest, int(at.timestamp())) for digest, at in sorted(entries.items()))
    return base64.urlsafe_b64encode(packed).decode("ascii")


def _unpacked(text: object) -> dict[bytes, datetime]:
    try:
        packed = base64.b64decode(str(text), altchars=b"-_", validate=True)
        return {digest: datetime.fromtimestamp(at, UTC) for digest, at in _ENTRY.iter_unpack(packed)}
    except (binascii.Error, struct.error, ValueError):
        raise BrokenStatusList("the entries of the list cannot be read") from None
