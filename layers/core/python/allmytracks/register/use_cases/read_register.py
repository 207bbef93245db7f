"""The public reading of the register: its signed heads, and its leaves in order."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.paging import Page
from allmytracks.register.ports import RegisterFiles
from allmytracks.register.rules import NoTreeHead, RegisterBroken, SignedHead, read_head
from allmytracks.register.rules_tiles import TILE_WIDTH, bundles_of, unbundled
from allmytracks.register.use_cases.register_files import head_name

MOST_LEAVES = 4 * TILE_WIDTH


class Leaves(Struct, frozen=True):
    """Leaves from `start` on, as canonical JSON; `size` is the register's current size."""

    start: int
    leaves: list[str]
    size: int


@dataclass(frozen=True)
class ReadRegister:
    """Heads and leaves. Every method raises Unavailable."""

    files: RegisterFiles

    def last(self) -> SignedHead | None:
        """The last head; None before the first."""
        latest = self.files.latest()
        return read_head(latest.jws) if latest else None

    def head(self, number: int | None = None) -> SignedHead:
        """The head of this number, or the last one. Raises NoTreeHead."""
        last = self.last()
        if last is None:
            raise NoTreeHead("No head of the register is signed yet; the first comes with the next full hour.")
        if number is None or number == last.head.number:
            return last
        if not 1 <= number < last.head.number:
            raise NoTreeHead(f"The register has no head {number}; the last one is {last.head.number}.")
        return _held(number, self.files.get(head_name(number)))

    def page(self, after: int, limit: int) -> Page[SignedHead]:
        """The heads that follow number `after`, in their order."""
        signed = self.last()
        last = signed.head.number if signed else 0
        end = min(after + limit, last)
        numbers = range(after + 1, end + 1)
        found = self.files.get_all([head_name(number) for number in numbers])
        heads = [_held(number, content) for number, content in zip(numbers, found, strict=True)]
        return Page(heads, str(end) if end < last else None)

    def leaves(self, start: int, end: int) -> Leaves:
        """The leaves from `start` to `end` (from 0, `end` included), MOST_LEAVES at most. Raises InvalidFields."""
        size = self.head().head.size
        if not 0 <= start < size:
            message = f"The register holds {size} leaves; the first is 0."
            raise InvalidFields([FieldProblem("start", "out_of_range", message)])
        if end < start:
            raise InvalidFields([FieldProblem("end", "out_of_range", "end is not before start.")])
        stop = min(end + 1, size, start + MOST_LEAVES)
        tiles = bundles_of(start, stop, size)
        leaves: list[bytes] = []
        for tile, content in zip(tiles, self.files.get_all([tile.name for tile in tiles]), strict=True):
            if content is None:
                raise RegisterBroken(f"{tile.name} is missing")
            leaves += unbundled(content)
        skipped = start % TILE_WIDTH
        return Leaves(start, [leaf.decode() for leaf in leaves[skipped : skipped + stop - start]], size)


def _held(number: int, content: bytes | None) -> SignedHead:
    if content is None:
        raise RegisterBroken(f"head {number} is missing")
    return read_head(content.decode())
