"""The storage of the register's tree: tiles of 256 hashes that never change once they are full.

The layout is that of C2SP's tlog-tiles: a tile of level L holds the roots of subtrees of 256**L leaves, and a bundle
holds 256 leaves themselves. At the tree's end the last tile of a level is partial; its name contains its width, so that
a name never has two contents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from allmytracks.register.rules_merkle import HASH_BYTES, node_hash

TILE_LEVELS = 8
TILE_WIDTH = 1 << TILE_LEVELS
LONGEST_LEAF = 0xFFFF
_LENGTH_BYTES = 2

Read = Callable[[str], bytes]
"""The stored content under a name."""


class Tile(Struct, frozen=True):
    """One tile: `level` of tiles from 0, `index` within it, `width` hashes. Bundles of leaves have no level."""

    level: int | None
    index: int
    width: int

    @property
    def name(self) -> str:
        """Its file name."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number(self.index)}{partial}"


class TiledTree(Struct, frozen=True):
    """The tree of `size` leaves, read from its tiles; `node` is a NodeReader."""

    size: int
    read: Read

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree: one tile is read."""
        tile_level, within = divmod(level, TILE_LEVELS)
        count = 1 << within
        first = index << within
        tile_index, start = divmod(first, TILE_WIDTH)
        tile = _tile_at(tile_level, tile_index, self.size)
        content = self.read(tile.name)
        hashes = [content[each * HASH_BYTES : (each + 1) * HASH_BYTES] for each in range(start, start + count)]
        return _folded(hashes)

    def peaks(self) -> list[bytes]:
        """The hashes of the tree's complete subtrees, from left to right."""
        levels = [level for level in range(self.size.bit_length()) if self.size >> level & 1]
        return [self.node(level, (self.size >> level) - 1) for level in reversed(levels)]


def grown(size: int, hashes: Sequence[bytes], read: Read) -> Iterator[tuple[str, bytes]]:
    """What to store when leaves with these hashes follow the first `size`: names and contents, full tiles and partial.

    Reads the partial tile at the end of each level that changes.
    """
    level, begun, fresh = 0, size, list(hashes)
    while fresh:
        index, width = divmod(begun, TILE_WIDTH)
        kept = read(Tile(level, index, width).name) if width else b""
        row = kept + b"".join(fresh)
        begun, fresh = begun >> TILE_LEVELS, []
        for start in range(0, len(row), TILE_WIDTH * HASH_BYTES):
            content = row[start : start + TILE_WIDTH * HASH_BYTES]
            tile = Tile(level, index, len(content) // HASH_BYTES)
            yield tile.name, content
            index += 1
            if tile.width == TILE_WIDTH:
                fresh.append(_folded([content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]))
        level += 1


def grown_bundles(size: int, leaves: Sequence[bytes], read: Read) -> Iterator[tuple[str, bytes]]:
    """As `grown`, for the leaves themselves."""
    index, width = divmod(size, TILE_WIDTH)
    kept = unbundled(read(Tile(None, index, width).name)) if width else []
    row = [*kept, *leaves]
    for start in range(0, len(row) if leaves else 0, TILE_WIDTH):
        part = row[start : start + TILE_WIDTH]
        yield Tile(None, index, len(part)).name, bundled(part)
        index += 1


def bundles_of(start: int, end: int, size: int) -> list[Tile]:
    """The bundles that hold the leaves from `start` to before `end` of a tree of `size`."""
    return [_tile_at(None, index, size) for index in range(start // TILE_WIDTH, -(-end // TILE_WIDTH))]


def bundled(leaves: Sequence[bytes]) -> bytes:
    """The leaves in one text, each with a length prefix. Raises ValueError for one that is too long."""
    for leaf in leaves:
        if len(leaf) > LONGEST_LEAF:
            raise ValueError(f"a leaf has at most {LONGEST_LEAF} bytes, not {len(leaf)}")
    return b"".join(len(leaf).to_bytes(_LENGTH_BYTES, "big") + leaf for leaf in leaves)


def unbundled(content: bytes) -> list[bytes]:
    """The leaves of a bundle."""
    leaves, at = [], 0
    while at < len(content):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(content[at:start], "big")
        leaves.append(content[start:at])
    return leaves


def _tile_at(level: int | None, index: int, size: int) -> Tile:
    """The tile in a tree of `size`."""
    held = size >> TILE_LEVELS * (level or 0)
    return Tile(level, index, min(TILE_WIDTH, held - index * TILE_WIDTH))


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of neighbouring hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def _number(index: int) -> str:
    """An index in groups of three digits, all but the last marked: `x001/x234/067`."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))
