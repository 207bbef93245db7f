"""Proofs from the register: that a licence is in it, and that it only grew."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import normal_number
from allmytracks.register import rules_merkle as merkle
from allmytracks.register.ports import RegisterEntries, RegisterFiles
from allmytracks.register.rules import (
    Entry,
    EntryPending,
    LeafKind,
    SignedHead,
    next_head_at,
    number_sha256,
)
from allmytracks.register.use_cases.read_register import ReadRegister
from allmytracks.register.use_cases.register_files import tree_of


class ProvenEntry(Struct, frozen=True):
    """A leaf with its index, and its proof against a head."""

    entry: Entry
    path: list[bytes]


class Inclusion(Struct, frozen=True):
    """Every leaf of one licence that is in the tree of `head`, and the kinds of pending ones."""

    number: str
    head: SignedHead
    proven: list[ProvenEntry]
    pending: list[LeafKind]


class Consistency(Struct, frozen=True):
    """What proves that the tree of `first` leaves is the beginning of that of `second`."""

    first: int
    second: int
    path: list[bytes]


@dataclass(frozen=True)
class ProveEntry:
    """Proofs read a few tiles of the tree, whatever its size. Every method raises Unavailable."""

    entries: RegisterEntries
    files: RegisterFiles
    licenses: Licenses
    clock: Clock

    def __call__(self, number: str, head_number: int | None = None) -> Inclusion:
        """The proof for a licence's number, as typed by a person, against the last head or another one.

        Raises LicenseNotFound, EntryPending, NoTreeHead, InvalidFields where it entered after that head.
        """
        normal = normal_number(number)
        name = number_sha256(normal)
        # Pending leaves are read first: one that enters meanwhile is then reported twice, not left out.
        pending = self.entries.pending_of(name)
        entered = self.entries.entered_of(name)
        if not entered and not pending:
            self.licenses.public(normal)
        reader = ReadRegister(self.files)
        last = reader.last() if entered else None
        # Positions are recorded before their head becomes the last.
        if last is None or entered[0].index >= last.head.size:
            at = next_head_at(self.clock.now())
            raise EntryPending("This licence enters the register with its next head.", next_head_at=at)
        head = last if head_number is None else reader.head(head_number)
        held = [entry for entry in entered if entry.index < head.head.size]
        if not held:
            message = f"This licence entered with head {entered[0].head}."
            raise InvalidFields([FieldProblem("head", "out_of_range", message)])
        # Proofs of smaller trees too use the current tiles: a tile's content never changes.
        tree = tree_of(last.head.size, self.files)
        proven = [ProvenEntry(entry, merkle.inclusion_path(entry.index, head.head.size, tree.node)) for entry in held]
        known = {entry.leaf.kind for entry in entered if entry.index < last.head.size}
        waiting = [leaf.kind for leaf in (*pending, *(entry.leaf for entry in entered)) if leaf.kind not in known]
        return Inclusion(normal, head, proven, list(dict.fromkeys(waiting)))

    def consistency(self, first: int, second: int | None = None) -> Consistency:
        """The proof between two sizes of the tree; the second is the last head's where it is left out.

        Raises InvalidFields, NoTreeHead.
        """
        size = ReadRegister(self.files).head().head.size
        second = size if second is None else second
        if second > size or second < 0:
            raise InvalidFields([FieldProblem("second", "out_of_range", f"The register holds {size} leaves.")])
        if not 0 <= first <= second:
            raise InvalidFields([FieldProblem("first", "out_of_range", f"Send a size from 0 to {second}.")])
        return Consistency(first, second, merkle.consistency_path(first, second, tree_of(size, self.files).node))
