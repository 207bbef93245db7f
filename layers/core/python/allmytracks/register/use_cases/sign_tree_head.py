"""Signing the register's next head: pending leaves enter the tree, permanently and once.

There is one tree, whatever fails and however many runs are concurrent. One of the runs that claim the batch of the next
head wins, and all continue with its leaves; everything that follows from a batch (tiles, root) is deterministic, and no
file is ever overwritten. The head is claimed in the same way. Only then are the leaves' positions recorded, the pending
leaves removed and the head made the last. A crashed run leaves a batch that the next run completes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.register import rules_merkle as merkle
from allmytracks.register.ports import RegisterEntries, RegisterFiles, TreeHeads
from allmytracks.register.rules import (
    Entry,
    Leaf,
    RegisterBroken,
    SignedHead,
    TreeHead,
    following_timestamp,
    head_due,
    read_head,
    read_leaf,
)
from allmytracks.register.rules_merkle import GrowingTree, leaf_hash, verify_consistency
from allmytracks.register.rules_tiles import grown, grown_bundles
from allmytracks.register.use_cases.register_files import batch_name, head_name, reading, tree_of

MOST_LEAVES = 50_000
"""Of one head; more enter with further heads of the same run. Keeps a run's memory and a batch's file bounded."""


class _Batch(Struct, frozen=True):
    """The leaves of one head, and whether they were all the pending ones."""

    leaves: list[Leaf]
    is_all: bool


@dataclass(frozen=True)
class SignTreeHead:
    """Returns the heads that this run signed: one an hour even without new leaves, more for many.

    Raises RegisterBroken where the stored files contradict what was signed, Unavailable.
    """

    entries: RegisterEntries
    files: RegisterFiles
    heads: TreeHeads
    clock: Clock
    origin: str
    most_leaves: int = MOST_LEAVES

    def __call__(self) -> list[SignedHead]:
        signed: list[SignedHead] = []
        while True:
            latest = self.files.latest()
            last = self.heads.verified(latest.jws) if latest else None
            batch = self._batch(last)
            if batch is None:
                return signed
            head = self._head(last, batch.leaves)
            self._keep_places(head.head, batch.leaves)
            if self.files.set_latest(head.jws, latest):  # otherwise a concurrent run did the same and continued
                signed.append(head)
            if batch.is_all:
                return signed

    def _batch(self, last: SignedHead | None) -> _Batch | None:
        """The leaves that enter next: those that an earlier run claimed, or all pending ones."""
        name = batch_name(last.head.number + 1 if last else 1)
        standing = self.files.get(name)
        if standing is not None:
            return _Batch(_read(standing), is_all=False)
        found = self.entries.pending(self.most_leaves)
        leaves = self._fresh(found)
        if not leaves and not head_due(last.head if last else None, self.clock.now()):
            return None
        chosen = json.dumps([leaf.data for leaf in leaves]).encode()
        standing = self.files.claim(name, chosen)
        return _Batch(_read(standing), is_all=standing == chosen and len(found) < self.most_leaves)

    def _fresh(self, found: list[Leaf]) -> list[Leaf]:
        """The leaves that did not enter yet, in chronological order."""
        # A redelivered stream record makes a leaf pending again that was entered long ago.
        entered = self.entries.entered_among(found)
        if entered:
            self.entries.drop_pending(entered)
        known = {leaf.key for leaf in entered}
        return sorted((leaf for leaf in found if leaf.key not in known), key=lambda leaf: (leaf.at, leaf.key))

    def _head(self, last: SignedHead | None, leaves: list[Leaf]) -> SignedHead:
        """Grows the tree, verifies that it only grew, signs. Raises RegisterBroken."""
        size = last.head.size if last else 0
        root = self._grow(size, last.head.root_hash if last else merkle.EMPTY_ROOT, leaves)
        head = TreeHead(
            origin=self.origin,
            number=last.head.number + 1 if last else 1,
            size=size + len(leaves),
            root=root.hex(),
            timestamp=following_timestamp(last.head if last else None, self.clock.now()),
            previous=last.sha256 if last else None,
        )
        signed = self.heads.sign(head)
        standing = read_head(self.files.claim(head_name(head.number), signed.jws.encode()).decode())
        if (standing.head.size, standing.head.root) != (head.size, head.root):
            raise RegisterBroken(f"head {head.number} exists already, with another tree")
        return standing

    def _grow(self, size: int, root: bytes, leaves: list[Leaf]) -> bytes:
        """Stores the tiles of the grown tree; returns its root, read from the stored tiles."""
        before, read = tree_of(size, self.files), reading(self.files)
        if merkle.root_hash(size, before.node) != root:
            raise RegisterBroken(f"the tree of {size} leaves is not the one that was signed")
        data = [leaf.data.encode() for leaf in leaves]
        hashes = [leaf_hash(each) for each in data]
        self.files.put_all(grown(size, hashes, read))
        self.files.put_all(grown_bundles(size, data, read))
        after = tree_of(size + len(leaves), self.files)
        new_root = merkle.root_hash(after.size, after.node)
        path = merkle.consistency_path(size, after.size, after.node)
        if new_root != _expected(before.peaks(), size, hashes) or not verify_consistency(
            size, after.size, root, new_root, path
        ):
            raise RegisterBroken(f"the tree of {after.size} leaves does not follow from that of {size}")
        return new_root

    def _keep_places(self, head: TreeHead, leaves: list[Leaf]) -> None:
        first = head.size - len(leaves)
        self.entries.enter([Entry(leaf, first + place, head.number) for place, leaf in enumerate(leaves)])
        self.entries.drop_pending(leaves)


def _read(batch: bytes) -> list[Leaf]:
    return [read_leaf(data) for data in json.loads(batch)]


def _expected(peaks: list[bytes], size: int, hashes: list[bytes]) -> bytes:
    """The root computed independently of the tiles."""
    growing = GrowingTree(size, peaks)
    for each in hashes:
        growing.append(each)
    return growing.root()
