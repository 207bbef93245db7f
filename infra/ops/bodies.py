"""How the body of a publication is shown: its values, and a table for each list in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.ops.writing import Fields, Part, Rows

FIRST = ("of", "id", "name", "term", "currency")
Tables = dict[str, list[dict[str, Any]]]


def parts_of(title: str, body: Mapping[str, Any]) -> Iterator[Part]:
    """The values of a body by their names, then each list in it as a table, those of all its entries in one.

    Column `id` is the name of an entry that has one, `of` that of the entry which it belongs to.
    """
    tables: Tables = {}
    values = {name: value for name, value in body.items() if not _is_table(value)}
    if values:
        yield Fields(title, values)
    for name, value in body.items():
        if _is_table(value):
            _gather(tables, name, value, None)
    for name, rows in tables.items():
        found = dict.fromkeys(column for row in rows for column in row)
        columns = sorted(found, key=lambda column: (FIRST.index(column) if column in FIRST else len(FIRST), column))
        yield Rows(name.replace("_", " ").capitalize(), columns, rows, name)


def _is_table(value: object) -> bool:
    """Whether a value is neither plain nor a mapping of plain values, which has a line for each of them."""
    if isinstance(value, Mapping):
        return not all(_is_plain(each) for each in value.values())
    return not _is_plain(value)


def _is_plain(value: object) -> bool:
    """Whether a value fits one cell: it is no mapping, and no list of mappings or lists."""
    return not isinstance(value, Mapping) and not (
        isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value)
    )


def _gather(tables: Tables, name: str, value: Mapping[str, Any] | list[Any], owner: str | None) -> None:
    entries = value.items() if isinstance(value, Mapping) else [(None, each) for each in value]
    for key, entry in entries:
        row = {"of": owner} if owner else {}
        if key is not None:
            row["id"] = key
        tables.setdefault(name, []).append(row)
        if not isinstance(entry, Mapping):
            row["value"] = entry
            continue
        row |= {each: inner for each, inner in entry.items() if _is_plain(inner)}
        for each, inner in entry.items():
            if not _is_plain(inner):
                _gather(tables, each, inner, str(entry.get("id", key or owner or "")))
