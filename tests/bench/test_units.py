from __future__ import annotations

import pytest

from infra.capacity_units import Index, Item, index_units, item_size, read_units, write_units

TIMELINE = Index("timeline", ("timeline_key", "timeline_at"))


def of_size(size: int, **more: str) -> Item:
    item = {"pk": {"S": "a"}, **{name: {"S": value} for name, value in more.items()}}
    return {**item, "x": {"S": "x" * (size - item_size(item) - 1)}}


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({}, 0),
        ({"pk": {"S": "abc"}}, 5),
        ({"é": {"S": "日本"}}, 2 + 6),
        ({"n": {"N": "0"}}, 1 + 1),
        ({"n": {"N": "7"}}, 1 + 2),
        ({"n": {"N": "123"}}, 1 + 3),
        ({"n": {"N": "1795327200"}}, 1 + 5),  # trailing zeroes are trimmed: 17953272
        ({"n": {"N": "-0.0450"}}, 1 + 2),  # leading ones as well: 45
        ({"b": {"B": b"\x00\x01\x02"}}, 1 + 3),
        ({"t": {"BOOL": True}}, 1 + 1),
        ({"t": {"NULL": True}}, 1 + 1),
        ({"s": {"SS": ["ab", "c"]}}, 1 + 3),
        ({"s": {"NS": ["12", "7"]}}, 1 + 4),
        ({"l": {"L": []}}, 1 + 3),
        ({"l": {"L": [{"S": "ab"}, {"N": "1"}]}}, 1 + 3 + (1 + 2) + (1 + 2)),
        ({"m": {"M": {"key": {"S": "value"}}}}, 1 + 3 + (1 + 3 + 5)),
    ],
)
def test_the_size_of_an_item(item: Item, size: int) -> None:
    assert item_size(item) == size


def test_an_unknown_type_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="no type X"):
        item_size({"a": {"X": 1}})


@pytest.mark.parametrize(("size", "units"), [(40, 1), (1024, 1), (1025, 2), (2049, 3)])
def test_writes_count_every_kilobyte_begun(size: int, units: int) -> None:
    assert write_units(None, of_size(size)) == units
    assert write_units(None, of_size(size), transactional=True) == 2 * units


def test_a_write_costs_the_larger_of_before_and_after() -> None:
    assert write_units(of_size(3000), of_size(100)) == 3
    assert write_units(of_size(100), of_size(3000)) == 3
    assert write_units(of_size(3000), None) == 3
    assert write_units(None, None) == 1


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2)])
def test_reads_count_four_kilobytes(size: int, units: int) -> None:
    assert read_units(size) == units
    assert read_units(size, consistent=False) == units / 2
    assert read_units(size, transactional=True) == 2 * units


def test_an_index_costs_for_entries_that_appear_change_or_go() -> None:
    entry = of_size(500, timeline_key="k", timeline_at="1")
    assert index_units(TIMELINE, ("pk",), None, entry) == 1
    assert index_units(TIMELINE, ("pk",), entry, None) == 1
    assert index_units(TIMELINE, ("pk",), entry, {**entry, "y": {"S": "y" * 600}}) == 2
    assert index_units(TIMELINE, ("pk",), entry, {**entry, "timeline_at": {"S": "2"}}) == 2


def test_an_index_costs_nothing_for_what_it_does_not_hold() -> None:
    entry = of_size(500, timeline_key="k", timeline_at="1")
    assert index_units(TIMELINE, ("pk",), None, of_size(500, timeline_key="k")) == 0
    assert index_units(TIMELINE, ("pk",), entry, entry) == 0
    keys_only = Index("timeline", TIMELINE.keys, frozenset())
    assert index_units(keys_only, ("pk",), entry, {**entry, "y": {"S": "y"}}) == 0
    assert index_units(keys_only, ("pk",), None, of_size(3000, timeline_key="k", timeline_at="1")) == 1
