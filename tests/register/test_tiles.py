"""The tiles that the register's tree is kept in."""

from __future__ import annotations

import math
import random

import pytest

from allmytracks.register.rules_merkle import (
    GrowingTree,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from allmytracks.register.rules_tiles import (
    LONGEST_LEAF,
    TILE_WIDTH,
    Tile,
    TiledTree,
    bundled,
    bundles_of,
    grown,
    grown_bundles,
    unbundled,
)


class Kept:
    """Tiles by their names; no name may ever mean two contents."""

    def __init__(self) -> None:
        self.tiles: dict[str, bytes] = {}
        self.reads: list[str] = []
        self.size = 0

    def read(self, name: str) -> bytes:
        self.reads.append(name)
        return self.tiles[name]

    def grow(self, leaves: list[bytes]) -> None:
        fresh = list(grown(self.size, [leaf_hash(leaf) for leaf in leaves], self.read))
        fresh += grown_bundles(self.size, leaves, self.read)
        for name, content in fresh:
            assert self.tiles.setdefault(name, content) == content
        self.size += len(leaves)

    @property
    def tree(self) -> TiledTree:
        return TiledTree(self.size, self.read)

    def leaves(self, start: int, end: int) -> list[bytes]:
        tiles = bundles_of(start, end, self.size)
        found = [leaf for tile in tiles for leaf in unbundled(self.read(tile.name))]
        skipped = start % TILE_WIDTH
        return found[skipped : skipped + end - start]


@pytest.mark.parametrize(
    ("tile", "name"),
    [
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(0, 5, 17), "tile/0/005.p/17"),
        (Tile(3, 1_234_067, 256), "tile/3/x001/x234/067"),
        (Tile(None, 1_000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_names_are_those_of_tlog_tiles(tile: Tile, name: str) -> None:
    assert tile.name == name


def test_a_tree_that_grew_in_steps_is_the_tree_of_all_leaves() -> None:
    kept, growing = Kept(), GrowingTree()
    chosen = random.Random(11)  # noqa: S311 - a choice, no secret
    leaves: list[bytes] = []
    roots = {0: growing.root()}
    for step in (1, 0, 254, 1, 1, 511, 3, 300, 1, 700, 65_000, 1, 255, 1):
        fresh = [f"{len(leaves) + number}".encode() for number in range(step)]
        kept.grow(fresh)
        leaves += fresh
        for leaf in fresh:
            growing.append(leaf_hash(leaf))
        roots[kept.size] = growing.root()
        assert root_hash(kept.size, kept.tree.node) == growing.root()
        if step:
            index = chosen.randrange(kept.size)
            path = inclusion_path(index, kept.size, kept.tree.node)
            assert verify_inclusion(leaf_hash(leaves[index]), index, kept.size, path, roots[kept.size])
    for first, root in roots.items():
        path = consistency_path(first, kept.size, kept.tree.node)
        assert verify_consistency(first, kept.size, root, roots[kept.size], path)
    for start, end in ((0, 1), (255, 258), (1_000, 2_000), (kept.size - 3, kept.size)):
        assert kept.leaves(start, end) == leaves[start:end]


def test_a_proof_reads_few_tiles() -> None:
    kept, size = Kept(), 70_000
    kept.grow([str(number).encode() for number in range(size)])
    levels = math.ceil(math.log(size, TILE_WIDTH))
    for index in (0, 255, 256, 40_000, 65_535, 65_536, 69_999):
        kept.reads.clear()
        inclusion_path(index, size, kept.tree.node)
        assert len(set(kept.reads)) <= 2 * levels
    for first in (1, 256, 40_000, 65_536, 69_999):
        kept.reads.clear()
        consistency_path(first, size, kept.tree.node)
        assert len(set(kept.reads)) <= 2 * levels


def test_leaves_of_any_length_come_back() -> None:
    leaves = [b"", b"\x00\x01", b"x" * LONGEST_LEAF, b"end"]
    assert unbundled(bundled(leaves)) == leaves
    with pytest.raises(ValueError, match="at most"):
        bundled([b"x" * (LONGEST_LEAF + 1)])
