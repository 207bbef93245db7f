"""Merkle trees as in certificate transparency: hashes, proofs, verification (RFC 6962, 2.1; RFC 9162, 2.1).

Proofs are made from the hashes of complete subtrees alone (`NodeReader`), so that a store of those can prove anything
in a logarithmic number of reads. Verification follows the RFC's own steps and shares no code with proving.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
# SHA-256 of nothing.
EMPTY_ROOT = (
    b"\xe3\xb0\xc4\x42\x98\xfc\x1c\x14\x9a\xfb\xf4\xc8\x99\x6f\xb9\x24"
    b"\x27\xae\x41\xe4\x64\x9b\x93\x4c\xa4\x95\x99\x1b\x78\x52\xb8\x55"
)

NodeReader = Callable[[int, int], bytes]
"""`node(level, index)`: the hash of the complete subtree over the leaves from index * 2**level on, 2**level of them."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf; the prefix keeps a leaf from passing for an inner node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(size: int, node: NodeReader) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return _subtree(0, size, node) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Proves that leaf `index` (from 0) is in the tree of `size` leaves. Raises ValueError where it is not."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_part(end - start)
        if index < middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(first: int, second: int, node: NodeReader) -> list[bytes]:
    """Proves that a tree of `first` leaves grew into that of `second`. Raises ValueError where first > second."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} is not the beginning of a tree of {second}")
    if first in {0, second}:
        return []
    path: list[bytes] = []
    start, end, whole = 0, second, True
    while end != first:
        middle = start + _left_part(end - start)
        if first <= middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start, whole = middle, False
    # The verifier knows the first tree's root; a smaller subtree at its end must be in the path.
    if not whole:
        path.append(_subtree(start, end, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf with this hash is at `index` of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            reached = node_hash(sibling, reached)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and reached == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the first tree is a prefix of the second (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    steps = [first_root, *path] if first.bit_count() == 1 else list(path)
    if not steps:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


@dataclass
class GrowingTree:
    """An append-only tree that keeps only the hashes of its complete subtrees, from left to right."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Adds the hash of one more leaf."""
        reached, merged = leaf, self.size
        while merged & 1:
            reached, merged = node_hash(self.peaks.pop(), reached), merged >> 1
        self.peaks.append(reached)
        self.size += 1

    def root(self) -> bytes:
        """The root of the leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        reached = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            reached = node_hash(peak, reached)
        return reached


def _subtree(start: int, end: int, node: NodeReader) -> bytes:
    """The hash over the leaves from `start` to before `end`; `start` is where the RFC's recursion may split."""
    size = end - start
    if size.bit_count() == 1:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _left_part(size)
    return node_hash(_subtree(start, middle, node), _subtree(middle, end, node))


def _left_part(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
