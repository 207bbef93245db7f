"""Merkle trees: the reference vectors of certificate transparency, and every proof against the RFC's own recursion."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmytracks.register.rules_merkle import (
    GrowingTree,
    NodeReader,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

# The trees of certificate transparency's reference implementation (merkle_tree_test.cc).
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LARGEST = 70


def mth(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word: the reference of all other tests here."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path_of(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    return [*path_of(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path_of(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known=known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], known=False), mth(leaves[:k])]


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def nodes(leaves: Sequence[bytes]) -> NodeReader:
    """Complete subtrees of these leaves; fails for any other."""

    def node(level: int, index: int) -> bytes:
        covered = leaves[index << level : (index + 1) << level]
        assert len(covered) == 1 << level
        return mth(covered)

    return node


def hexes(path: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in path]


ANY = [str(number).encode() for number in range(LARGEST)]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_roots(size: int) -> None:
    growing = GrowingTree()
    for leaf in LEAVES[:size]:
        growing.append(leaf_hash(leaf))

    assert root_hash(size, nodes(LEAVES)).hex() == ROOTS[size]
    assert growing.root().hex() == ROOTS[size]
    assert mth(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "path"), INCLUSIONS.items())
def test_the_reference_inclusion_proofs(place: tuple[int, int], path: list[str]) -> None:
    index, size = place
    assert hexes(inclusion_path(index, size, nodes(LEAVES[:size]))) == path
    root = bytes.fromhex(ROOTS[size])
    assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, [bytes.fromhex(each) for each in path], root)


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCIES.items())
def test_the_reference_consistency_proofs(sizes: tuple[int, int], path: list[str]) -> None:
    first, second = sizes
    assert hexes(consistency_path(first, second, nodes(LEAVES[:second]))) == path
    roots = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
    assert verify_consistency(first, second, *roots, [bytes.fromhex(each) for each in path])


def test_every_proof_of_every_size_is_the_rfcs_and_verifies() -> None:
    roots = [mth(ANY[:size]) for size in range(LARGEST + 1)]
    for size in range(1, LARGEST + 1):
        node = nodes(ANY[:size])
        for index in range(size):
            path = inclusion_path(index, size, node)
            assert verify_inclusion(leaf_hash(ANY[index]), index, size, path, roots[size])
        assert path == path_of(index, ANY[:size])
        for first in range(size + 1):
            path = consistency_path(first, size, node)
            assert verify_consistency(first, size, roots[first], roots[size], path)
            assert first == 0 or path == subproof(first, ANY[:size])


def test_a_proof_holds_for_no_other_place_and_no_other_size() -> None:
    roots = [mth(ANY[:size]) for size in range(34)]
    for size in range(1, 34):
        node = nodes(ANY[:size])
        for index in range(size):
            path, leaf = inclusion_path(index, size, node), leaf_hash(ANY[index])
            for other in range(34):
                assert not verify_inclusion(leaf, other, size, path, roots[size]) or other == index
                # Another size may have the same path's shape, and never the same root.
                assert not verify_inclusion(leaf, index, other, path, roots[other]) or other == size
        for first in range(1, size):
            path = consistency_path(first, size, node)
            for other in range(1, 34):
                assert not verify_consistency(other, size, roots[other], roots[size], path) or other == first
                assert not verify_consistency(first, other, roots[first], roots[other], path) or other == size


@given(st.data())
@settings(max_examples=60)
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, LARGEST))
    node, root = nodes(ANY[:size]), mth(ANY[:size])
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    inclusion = [leaf_hash(ANY[index]), root, *inclusion_path(index, size, node)]
    consistency = [mth(ANY[:first]), root, *consistency_path(first, size, node)]

    def is_included(leaf: bytes, top: bytes, *path: bytes) -> bool:
        return verify_inclusion(leaf, index, size, path, top)

    def is_consistent(old: bytes, new: bytes, *path: bytes) -> bool:
        return verify_consistency(first, size, old, new, path)

    proofs: list[tuple[list[bytes], Callable[..., bool]]] = [(inclusion, is_included), (consistency, is_consistent)]
    for proof, holds in proofs:
        assert holds(*proof)
        place, byte = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 31))
        changed = bytearray(proof[place])
        changed[byte] ^= 1 << data.draw(st.integers(0, 7))
        assert not holds(*proof[:place], bytes(changed), *proof[place + 1 :])
        assert not holds(*proof[:-1])
        assert not holds(*proof, proof[-1])


def test_proofs_of_a_large_tree_verify() -> None:
    size, chosen = 5_000, random.Random(7)  # noqa: S311 - a choice, no secret
    leaves = [str(number).encode() for number in range(size)]
    levels = [[leaf_hash(leaf) for leaf in leaves]]
    while len(levels[-1]) > 1:
        row = levels[-1]
        levels.append([hashlib.sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)])

    def node(level: int, index: int) -> bytes:
        return levels[level][index]

    root = mth(leaves)
    for index in chosen.sample(range(size), 60):
        path = inclusion_path(index, size, node)
        assert len(path) <= 13
        assert verify_inclusion(leaf_hash(leaves[index]), index, size, path, root)
    for first in chosen.sample(range(1, size), 60):
        path = consistency_path(first, size, node)
        assert verify_consistency(first, size, root_hash(first, node), root, path)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (5, 3)])
def test_what_is_not_in_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_path(index, size, nodes(ANY))
    assert not verify_inclusion(leaf_hash(b"0"), index, size, [], leaf_hash(b"0"))


def test_a_larger_tree_is_no_beginning_of_a_smaller_one() -> None:
    with pytest.raises(ValueError, match="not the beginning"):
        consistency_path(3, 2, nodes(ANY))
    assert not verify_consistency(3, 2, mth(ANY[:3]), mth(ANY[:2]), [])


def test_an_empty_tree_is_the_beginning_of_every_tree_and_proves_nothing_else() -> None:
    assert consistency_path(0, 5, nodes(ANY)) == []
    assert verify_consistency(0, 5, mth([]), mth(ANY[:5]), [])
    assert not verify_consistency(0, 5, mth(ANY[:1]), mth(ANY[:5]), [])
    assert not verify_consistency(3, 3, mth(ANY[:3]), mth(ANY[:4]), [])
