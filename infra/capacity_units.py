"""Capacity units as AWS publishes them, from the sizes of items.

DynamoDB developer guide, "Item sizes and formats" and "Capacity unit consumption": an item has the bytes of its
attributes' names and values; a write takes one unit for each started KB, of the larger of the item before and
after; a strongly consistent read one for each 4 KB; in a transaction both double. An index is written with its base
table but outside the transaction, one unit for each KB of the entry.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# An item, or a key, as DynamoDB's JSON has it: {"pk": {"S": "..."}}.
Item = Mapping[str, Mapping[str, Any]]

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
NESTING_BYTES = 3


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: the attributes of its key, and those it holds beside keys (None: all)."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None = None


def item_size(item: Item) -> int:
    """Bytes of an item."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            size = len(content.encode())
        case "N":
            size = _number_size(content)
        case "B":
            size = len(content)
        case "BOOL" | "NULL":
            size = 1
        case "SS" | "NS" | "BS":
            size = sum(_value_size({kind[0]: element}) for element in content)
        case "L":
            size = NESTING_BYTES + sum(1 + _value_size(element) for element in content)
        case "M":
            size = NESTING_BYTES + sum(1 + item_size({name: element}) for name, element in content.items())
        case _:
            raise ValueError(f"DynamoDB has no type {kind}")
    return size


def _number_size(text: str) -> int:
    digits = "".join(map(str, Decimal(text).as_tuple().digits)).strip("0")
    return math.ceil(len(digits) / 2) + 1


def read_units(size: int, *, consistent: bool = True, transactional: bool = False) -> float:
    """Units of reading `size` bytes; a missing item costs as much as the smallest one."""
    units = max(1, math.ceil(size / READ_UNIT_BYTES))
    if transactional:
        return units * 2
    return units if consistent else units / 2


def write_units(before: Item | None, after: Item | None, *, transactional: bool = False) -> int:
    """Units of a write that turns `before` into `after`; None says that there is no item."""
    size = max(item_size(before or {}), item_size(after or {}))
    return _write_units(size) * (2 if transactional else 1)


def index_units(index: Index, table_keys: Sequence[str], before: Item | None, after: Item | None) -> int:
    """Units of updating an index: an entry that moves is deleted and written, one that stays the same costs nothing."""
    old, new = (_entry(index, table_keys, item) for item in (before, after))
    if old == new:
        return 0
    if old is None or new is None:
        return _write_units(item_size(old or new or {}))
    if any(old[key] != new[key] for key in index.keys):
        return _write_units(item_size(old)) + _write_units(item_size(new))
    return _write_units(max(item_size(old), item_size(new)))


def _entry(index: Index, table_keys: Sequence[str], item: Item | None) -> Item | None:
    if item is None or any(key not in item for key in index.keys):
        return None
    if index.projected is None:
        return item
    kept = {*index.projected, *index.keys, *table_keys}
    return {name: value for name, value in item.items() if name in kept}


def _write_units(size: int) -> int:
    return max(1, math.ceil(size / WRITE_UNIT_BYTES))
