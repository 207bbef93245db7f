"""Request and response bodies of the register's routes."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.foundation.paging import Page
from allmytracks.register.rules import SignedHead, number_sha256
from allmytracks.register.rules_merkle import leaf_hash
from allmytracks.register.use_cases.prove_entry import Consistency, Inclusion, ProvenEntry
from allmytracks.register.use_cases.read_register import MOST_LEAVES, Leaves

Size = Annotated[int, msgspec.Meta(ge=0)]


class HeadsQuery(msgspec.Struct):
    """A page of heads, oldest first; the cursor is the number of the head that the page follows."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 24
    cursor: Size = 0


class InclusionQuery(msgspec.Struct):
    """Against which head: its number; the last one where it is left out."""

    head: Annotated[int, msgspec.Meta(ge=1)] | None = None


class ConsistencyQuery(msgspec.Struct):
    """Two sizes of the tree; the second is the last head's where it is left out."""

    first: Size
    second: Size | None = None


class EntriesQuery(msgspec.Struct):
    """Leaves from `start` to `end`, counted from 0, `end` included."""

    start: Size = 0
    end: Size = MOST_LEAVES - 1


class HeadAnswer(msgspec.Struct):
    """A tree head, and the JWS (ES256, `tree-head+jws`) that signs exactly these values."""

    origin: str
    number: int
    size: int
    root: str
    timestamp: str
    previous: str | None
    jws: str


class HeadsAnswer(msgspec.Struct):
    """One page of heads, oldest first."""

    items: list[HeadAnswer]
    next_cursor: str | None


class RegisterEntryAnswer(msgspec.Struct):
    """A leaf, its index, and its path to the head's root (RFC 9162, 2.1.3); `head` is the one it entered with."""

    kind: str
    at: str
    leaf: str
    leaf_hash: str
    index: int
    head: int
    path: list[str]


class InclusionAnswer(msgspec.Struct):
    """Every leaf of a licence that is in the tree of `head`; `pending` are the kinds of those that enter next."""

    number: str
    number_sha256: str
    head: HeadAnswer
    entries: list[RegisterEntryAnswer]
    pending: list[str]


class ConsistencyAnswer(msgspec.Struct):
    """What proves that the tree of `first` leaves is the beginning of that of `second` (RFC 9162, 2.1.4)."""

    first: int
    second: int
    path: list[str]


class LeavesAnswer(msgspec.Struct):
    """Leaves from `start` on, each as the text that is hashed; `size` is how many there are in all."""

    start: int
    leaves: list[str]
    size: int


class RegisterEntriesAnswer(msgspec.Struct):
    """The kinds of leaves that wait for the next head, or entered before."""

    waiting: list[str]


def head_answer(signed: SignedHead) -> HeadAnswer:
    """A head in a response."""
    of = signed.head
    return HeadAnswer(of.origin, of.number, of.size, of.root, of.timestamp, of.previous, signed.jws)


def heads_answer(page: Page[SignedHead]) -> HeadsAnswer:
    """A page of heads in a response."""
    return HeadsAnswer([head_answer(each) for each in page.items], page.next_cursor)


def inclusion_answer(found: Inclusion) -> InclusionAnswer:
    """A proof, as it is shown."""
    return InclusionAnswer(
        number=found.number,
        number_sha256=number_sha256(found.number),
        head=head_answer(found.head),
        entries=[_entry_answer(each) for each in found.proven],
        pending=[kind.value for kind in found.pending],
    )


def consistency_answer(found: Consistency) -> ConsistencyAnswer:
    """A proof, as it is shown."""
    return ConsistencyAnswer(found.first, found.second, [each.hex() for each in found.path])


def leaves_answer(found: Leaves) -> LeavesAnswer:
    """Leaves, as they are shown."""
    return LeavesAnswer(found.start, found.leaves, found.size)


def _entry_answer(proven: ProvenEntry) -> RegisterEntryAnswer:
    entry, leaf = proven.entry, proven.entry.leaf
    return RegisterEntryAnswer(
        kind=leaf.kind.value,
        at=leaf.at,
        leaf=leaf.data,
        leaf_hash=leaf_hash(leaf.data.encode()).hex(),
        index=entry.index,
        head=entry.head,
        path=[each.hex() for each in proven.path],
    )
