"""The register of licences: what waits to enter it, where entries stand, and the files that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from allmytracks.register.rules import Entry, Leaf, SignedHead, TreeHead


class RegisterEntries(Protocol):
    """What waits for the next head, and where what entered stands. Every method raises Unavailable."""

    def put_pending(self, leaves: Sequence[Leaf]) -> None:
        """Lets leaves wait; the same leaf again changes nothing."""
        ...

    def pending(self, limit: int) -> list[Leaf]:
        """What waits, `limit` at most; fewer are all that were put before."""
        ...

    def pending_of(self, number_sha256: str) -> list[Leaf]:
        """What waits of one licence."""
        ...

    def drop_pending(self, leaves: Sequence[Leaf]) -> None:
        """Ends the waiting of leaves that entered."""
        ...

    def enter(self, entries: Sequence[Entry]) -> None:
        """Keeps where leaves stand."""
        ...

    def entered_of(self, number_sha256: str) -> list[Entry]:
        """Where the leaves of one licence stand, in the order of the tree."""
        ...

    def entered_among(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        """Those of the leaves that entered already; what was entered before is seen."""
        ...


@dataclass(frozen=True, slots=True)
class Latest:
    """The last complete head, and the version of the file that names it."""

    jws: str
    version: str


class RegisterFiles(Protocol):
    """Files that are written once and locked, and one that names the last head. Methods raise Unavailable."""

    def get(self, name: str) -> bytes | None:
        """A file; None where there is none."""
        ...

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        """As `get`, several at a time."""
        ...

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Stores files. What stands under a name already stays as it is."""
        ...

    def claim(self, name: str, content: bytes) -> bytes:
        """Stores a file where none is; returns the stored content: of concurrent writers one wins."""
        ...

    def latest(self) -> Latest | None:
        """The last complete head; None before the first."""
        ...

    def set_latest(self, jws: str, after: Latest | None) -> bool:
        """Says which head is the last, if `after` still is; False where another run went on meanwhile."""
        ...


class TreeHeads(Protocol):
    """The signature of heads."""

    def sign(self, head: TreeHead) -> SignedHead:
        """Raises Unavailable."""
        ...

    def verified(self, jws: str) -> SignedHead:
        """A head that one of our keys signed. Raises RegisterBroken where none did, Unavailable."""
        ...
