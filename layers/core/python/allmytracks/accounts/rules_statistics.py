"""Statistics of the user base that tell of no single member (U-V.aggregate).

A cell of fewer than k accounts is withheld. So are further ones, the smallest first, until what is left of a sum less
its published cells is of k accounts and two cells or more, for the total and every sum over fewer dimensions that may
be known otherwise. Zero cells are not listed. This protects one table; two tables of the same members can tell together
what each of them withholds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

# No table is made with a smaller k.
SMALLEST_K, USUAL_K = 5, 10
Cell = tuple[str, ...]


class Statistics(Struct, frozen=True):
    """Accounts by the values of some dimensions; None is a count that is withheld, `total` included."""

    cells: Mapping[Cell, int | None]
    total: int | None


def statistics(members: Iterable[Cell], k: int) -> Statistics:
    """The table of so many accounts, each by its cell. Raises ValueError where k is below the smallest."""
    if k < SMALLEST_K:
        raise ValueError(f"k is at least {SMALLEST_K}")
    counts = Counter(members)
    withheld = withheld_cells(counts, k)
    total = counts.total()
    cells = {cell: None if cell in withheld else counts[cell] for cell in sorted(counts)}
    return Statistics(cells, total if total >= k else None)


def withheld_cells(counts: Mapping[Cell, int], k: int) -> frozenset[Cell]:
    """The small cells, and those without which a small one could be computed."""
    withheld = {cell for cell, count in counts.items() if count < k}
    groups = [list(each) for each in _sums(list(counts))]
    while further := {cell for group in groups if (cell := _one_more(group, withheld, counts, k)) is not None}:
        withheld |= further
    return frozenset(withheld)


def _sums(cells: Sequence[Cell]) -> Iterator[Iterable[Cell]]:
    """The cells of each sum over some dimensions or all of them."""
    dimensions = range(len(cells[0])) if cells else range(0)
    for kept in (each for size in range(len(dimensions)) for each in combinations(dimensions, size)):
        groups: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in cells:
            groups[tuple(cell[each] for each in kept)].append(cell)
        yield from groups.values()


def _one_more(group: Sequence[Cell], withheld: set[Cell], counts: Mapping[Cell, int], k: int) -> Cell | None:
    """The cell to withhold too, because the group's sum less its published cells tells of fewer than k accounts."""
    hidden = [cell for cell in group if cell in withheld]
    if not hidden or (len(hidden) > 1 and sum(counts[each] for each in hidden) >= k):
        return None
    shown = [cell for cell in group if cell not in withheld]
    return min(shown, key=lambda cell: (counts[cell], cell), default=None)
