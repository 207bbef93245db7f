"""The register: an append-only log of facts about licences, and the signed heads of its Merkle tree.

A leaf holds no licence number but its SHA-256: numbers have 115 random bits, so that a number's holder finds its leaves
and no number can be derived from the register. It holds no personal data either, and outlives every account.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import asdict

from allmytracks.foundation.errors import Conflict, NotFound
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

PERIOD = timedelta(hours=1)
"""How often a head is signed."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class LeafKind(StrEnum):
    """The kind of a leaf."""

    LICENSE = "license"
    REVOCATION = "revocation"
    SUPERSESSION = "supersession"


class NoTreeHead(NotFound):
    """The register has no such head."""

    code = "tree_head_not_found"


class EntryPending(Conflict):
    """The licence is on record and enters the register with the next head."""

    code = "register_entry_pending"


class RegisterBroken(Exception):
    """The stored files contradict what was signed: nothing more may be signed before an operator has investigated."""


class Leaf(Struct, frozen=True):
    """One fact. `data` is canonical JSON (keys in order, no spaces, ASCII): the bytes that are hashed."""

    kind: LeafKind
    number_sha256: str
    at: str
    data: str

    @property
    def key(self) -> tuple[str, str]:
        """A licence has one leaf of each kind."""
        return self.number_sha256, self.kind.value


class Entry(Struct, frozen=True):
    """A leaf with its index in the tree, and the number of the head with which it entered."""

    leaf: Leaf
    index: int
    head: int


class TreeHead(Struct, frozen=True):
    """A tree head: the tree of `size` leaves had this root at this time.

    Heads are numbered from 1; `previous` is the SHA-256 of the signed head before.
    """

    origin: str
    number: int
    size: int
    root: str
    timestamp: str
    previous: str | None

    @property
    def root_hash(self) -> bytes:
        return bytes.fromhex(self.root)

    def claims(self) -> dict[str, object]:
        """The claims that are signed."""
        return asdict(self)


class SignedHead(Struct, frozen=True):
    """A head with its signature (JWS, compact)."""

    head: TreeHead
    jws: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.jws.encode()).hexdigest()


def number_sha256(number: str) -> str:
    """How a leaf identifies a licence."""
    return hashlib.sha256(number.encode()).hexdigest()


def license_leaf(number: str, issued_at: str, document_sha256: str, jws_sha256: str) -> Leaf:
    """The leaf of an issued licence, with the hashes of its letter's document and signed text."""
    return _leaf(LeafKind.LICENSE, number, issued_at, {"document_sha256": document_sha256, "jws_sha256": jws_sha256})


def revocation_leaf(number: str, revoked_at: str) -> Leaf:
    """The leaf of a revocation; without free-text reasons, as the register is public permanently."""
    return _leaf(LeafKind.REVOCATION, number, revoked_at, {})


def supersession_leaf(number: str, superseded_at: str, superseded_by: str, reason: str) -> Leaf:
    """The leaf of a supersession."""
    facts = {"superseded_by_sha256": number_sha256(superseded_by), **_told(reason)}
    return _leaf(LeafKind.SUPERSESSION, number, superseded_at, facts)


def read_leaf(data: str) -> Leaf:
    """Parses a leaf. Raises ValueError."""
    try:
        facts = json.loads(data)
        return Leaf(LeafKind(facts["kind"]), str(facts["number_sha256"]), str(facts["at"]), data)
    except (KeyError, TypeError) as error:
        raise ValueError("this is not a leaf of the register") from error


def read_head(jws: str) -> SignedHead:
    """Parses a signed head without verifying it. Raises ValueError."""
    try:
        payload = jws.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        head = TreeHead(
            origin=str(claims["origin"]),
            number=int(claims["number"]),
            size=int(claims["size"]),
            root=bytes.fromhex(claims["root"]).hex(),
            timestamp=rfc3339(parse_rfc3339(claims["timestamp"])),
            previous=claims["previous"],
        )
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError("this is not a head of the register") from error
    return SignedHead(head, jws)


def next_head_at(now: datetime) -> datetime:
    """When the next head is signed."""
    return period_start(now) + PERIOD


def period_start(now: datetime) -> datetime:
    """The start of `now`'s hour."""
    seconds = int(PERIOD.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def head_due(last: TreeHead | None, now: datetime) -> bool:
    """Whether a head is due even without new leaves: an hourly head shows that the register is alive."""
    return last is None or parse_rfc3339(last.timestamp) < period_start(now)


def following_timestamp(last: TreeHead | None, now: datetime) -> str:
    """The time of the next head; never before the last one's, whatever the clock."""
    return max(rfc3339(now), last.timestamp) if last else rfc3339(now)


def _told(reason: str) -> dict[str, str]:
    """The reason if it is a code; free text may name a person, and the register is public."""
    return {"reason": reason} if _CODE.fullmatch(reason) else {}


def _leaf(kind: LeafKind, number: str, at: str, facts: Mapping[str, str]) -> Leaf:
    name = number_sha256(number)
    whole = {"at": at, "kind": kind.value, "number_sha256": name, **facts}
    data = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return Leaf(kind, name, at, data)
