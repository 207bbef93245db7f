"""From the DynamoDB calls of one request to the units that they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.capacity_units import Index, Item, index_units, item_size, read_units, write_units
from tests.bench.recorder import Call

# All items of a table by their keys.
Contents = Mapping[tuple[str, ...], Item]


@dataclass(frozen=True, slots=True)
class Schema:
    """What of a table its cost depends on."""

    keys: tuple[str, ...]
    indexes: tuple[Index, ...]

    def key_of(self, item: Item) -> tuple[str, ...]:
        """An item's key, as `Contents` has it."""
        return tuple(str(next(iter(item[name].values()))) for name in self.keys)


@dataclass(frozen=True, slots=True)
class Written:
    """One item that a request wrote; `item` is its kind, the first word of its key."""

    item: str
    bytes: int
    units: int
    index_units: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a request costs: `index_units` come on top of `write_units`."""

    read_units: float
    write_units: int
    index_units: int
    written: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Meter:
    """Compares the tables before and after one request."""

    schemas: Mapping[str, Schema]
    before: Mapping[str, Contents]
    after: Mapping[str, Contents]

    def capacity(self, calls: Sequence[Call]) -> Capacity:
        """The units of all DynamoDB calls among `calls`. Raises ValueError on an action that it does not know."""
        reads = 0.0
        written: list[Written] = []
        for call in calls:
            if call.service != "dynamodb":
                continue
            parameters = call.parameters
            match call.action:
                case "GetItem":
                    size = item_size(call.answer.get("Item", {}))
                    reads += read_units(size, consistent=parameters.get("ConsistentRead", False))
                case "Query" if "FilterExpression" not in parameters and "ProjectionExpression" not in parameters:
                    size = sum(map(item_size, call.answer["Items"]))
                    reads += read_units(size, consistent=parameters.get("ConsistentRead", False))
                case "PutItem":
                    written.append(self._write(parameters, parameters["Item"], transactional=False))
                case "UpdateItem" | "DeleteItem":
                    written.append(self._write(parameters, parameters["Key"], transactional=False))
                case "TransactWriteItems":
                    for entry in parameters["TransactItems"]:
                        ((kind, about),) = entry.items()
                        named = about["Item"] if kind == "Put" else about["Key"]
                        written.append(self._write(about, named, transactional=True))
                case _:
                    raise ValueError(f"the units of {call.action} with {sorted(parameters)} are not written down here")
        return Capacity(
            reads, sum(each.units for each in written), sum(each.index_units for each in written), tuple(written)
        )

    def _write(self, about: Mapping[str, Any], named: Item, *, transactional: bool) -> Written:
        table = about["TableName"]
        schema = self.schemas[table]
        key = schema.key_of(named)
        before, after = self.before[table].get(key), self.after[table].get(key)
        return Written(
            item=key[-1].partition("#")[0],
            bytes=item_size(after or {}),
            units=write_units(before, after, transactional=transactional),
            index_units=sum(index_units(index, schema.keys, before, after) for index in schema.indexes),
        )
