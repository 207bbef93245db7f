"""The register of licences: its pending leaves, the positions of entries, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from allmytracks.register.rules import Entry, Leaf, SignedHead, TreeHead


class RegisterEntries(Protocol):
    """Pending leaves, and the positions of those that entered. Every method raises Unavailable."""

    def put_pending(self, leaves: Sequence[Leaf]) -> None:
        """Adds pending leaves. Idempotent."""
        ...

    def pending(self, limit: int) -> list[Leaf]:
        """Pending leaves, at most `limit`; fewer are all that were put before."""
        ...

    def pending_of(self, number_sha256: str) -> list[Leaf]:
        """The pending leaves of one licence."""
        ...

    def drop_pending(self, leaves: Sequence[Leaf]) -> None:
        """Removes pending leaves that entered."""
        ...

    def enter(self, entries: Sequence[Entry]) -> None:
        """Records the positions of leaves."""
        ...

    def entered_of(self, number_sha256: str) -> list[Entry]:
        """The entries of one licence, in the order of the tree."""
        ...

    def entered_among(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        """Those of the leaves that entered already; strongly consistent."""
        ...


class Latest(Struct, frozen=True):
    """The last complete head, and the version of the file that names it."""

    jws: str
    version: str


class RegisterFiles(Protocol):
    """Files that are written once and locked, and one that names the last head. All methods raise Unavailable."""

    def get(self, name: str) -> bytes | None:
        """A file; None where there is none."""
        ...

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        """As `get`, several at a time."""
        ...

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Stores files; existing ones are not overwritten."""
        ...

    def claim(self, name: str, content: bytes) -> bytes:
        """Stores a file where there is none; returns the stored content: of concurrent writers one wins."""
        ...

    def latest(self) -> Latest | None:
        """The last complete head; None before the first."""
        ...

    def set_latest(self, jws: str, after: Latest | None) -> bool:
        """Replaces `after` as the last head; False where another run did meanwhile."""
        ...


class TreeHeads(Protocol):
    """The signature of heads."""

    def sign(self, head: TreeHead) -> SignedHead:
        """Raises Unavailable."""
        ...

    def verified(self, jws: str) -> SignedHead:
        """A head that one of our keys signed. Raises RegisterBroken where none did, Unavailable."""
        ...
