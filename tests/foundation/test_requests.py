"""A body that does not fit its schema: every field is named as the caller wrote it, with what would do."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

import allmytracks
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.wrong_values import expected


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Part(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=3)]
    size: Size | None = None


class Whole(msgspec.Struct):
    count: int
    part: Part | None = None
    others: list[Part] = []


def problems(body: object) -> list[FieldProblem]:
    with pytest.raises(InvalidFields) as refused:
        Request({"body": json.dumps(body)}).body(Whole)
    return list(refused.value.problems)


def test_fields_inside_others_are_named_with_their_whole_path() -> None:
    found = problems({"part": {"name": "long", "size": "huge", "colour": "red"}})
    assert [(each.field, each.code) for each in found] == [
        ("count", "required"),
        ("part.name", "invalid"),
        ("part.size", "invalid"),
        ("part.colour", "unknown"),
    ]


def test_a_word_of_a_closed_list_is_refused_with_the_list() -> None:
    (found,) = problems({"count": 1, "part": {"name": "a", "size": "huge"}})
    assert found.message == "Send one of small, large."


def test_what_is_no_object_where_one_is_due_and_what_is_wrong_in_a_list_are_named() -> None:
    found = problems({"count": 1, "part": "a", "others": [{"name": "a"}, {"name": "long", "colour": 1}, 7, {}]})
    assert [(each.field, each.message) for each in found] == [
        ("part", "Send an object."),
        ("others.1.name", "Send text of at most 3 characters."),
        ("others.1.colour", "There is no field others.1.colour."),
        ("others.2", "Send an object."),
        ("others.3.name", "Send others.3.name."),
    ]


def test_each_text_of_a_list_that_is_too_long_is_named() -> None:
    schema = msgspec.defstruct("Texts", [("given", list[str])])
    with pytest.raises(InvalidFields) as refused:
        Request({"body": json.dumps({"given": ["x" * 901, "y", "z" * 901]})}).body(schema)
    found = refused.value.problems
    assert [(each.field, each.code) for each in found] == [("given.0", "too_long"), ("given.2", "too_long")]


def test_of_a_long_list_of_wrong_items_the_first_are_named() -> None:
    found = problems({"count": 1, "others": [0] * 1000})
    assert [each.field for each in found] == [f"others.{place}" for place in range(20)]


# One of each kind of type that a request may hold, a value that is none of it, and the sentence.
EACH_KIND: list[tuple[Any, object, str]] = [
    (str, 1, "Send text."),
    (str | None, [], "Send text."),
    (Annotated[str, Meta(min_length=1, max_length=9)], "", "Send text of 1 to 9 characters."),
    (Annotated[str, Meta(min_length=2)], "a", "Send text of at least 2 characters."),
    (Annotated[str, Meta(max_length=2)] | None, "abc", "Send text of at most 2 characters."),
    (Annotated[str, Meta(pattern="^a$", description="the letter a")], "b", "Send the letter a."),
    (int, "1", "Send a whole number."),
    (int, 1.5, "Send a whole number."),
    (Annotated[int, Meta(ge=1, le=100)], 101, "Send a whole number from 1 to 100."),
    (Annotated[int, Meta(ge=0)], -1, "Send a whole number, at least 0."),
    (Annotated[float, Meta(gt=0, le=9)] | None, 0, "Send a number, above 0 and at most 9."),
    (float, "x", "Send a number."),
    (bool, "yes", "Send true or false."),
    (datetime, "today", "Send a time with its offset, such as 2026-11-24T08:00:00Z."),
    (
        Annotated[datetime, Meta(tz=True)],
        "2026-11-24T08:00:00",
        "Send a time with its offset, such as 2026-11-24T08:00:00Z.",
    ),
    (date, "today", "Send a date such as 2026-11-24."),
    (Size, "huge", "Send one of small, large."),
    (Size | None, 7, "Send one of small, large."),
    (Literal["yes"], "no", "Send yes."),
    (Literal["json", "csv"], "xml", "Send one of csv, json."),
    (Literal["yes"], ["no"], "Send yes."),
    (Literal["yes"], [[[]]], "Send yes."),
    (int | str, [[]], "Send a whole number or text."),
    (int | str, [], "Send a whole number or text."),
    (list[int], 1, "Send a list."),
    (Annotated[list[str], Meta(max_length=1)], ["a", "b"], "Send a list of at most 1 items."),
    (list[int], [1, "b"], "Send a whole number."),
    (tuple[int, ...], [True], "Send a whole number."),
    (list[list[int]], [[1], ["b"]], "In item 1: send a whole number."),
    (dict[str, int], [], "Send an object."),
    (dict[str, int], {"a": "b"}, "In a: send a whole number."),
    (Part, [], "Send an object."),
    (list[Part], [{}], "Send given.0.name."),
    (list[Part], [{"name": "a", "colour": 1}], "There is no field given.0.colour."),
    (dict[str, list[Part]], {"k": [{"name": "a", "size": 1}]}, "In k, item 1, size: send one of small, large."),
]


@pytest.mark.parametrize(("kind", "value", "sentence"), EACH_KIND)
def test_each_kind_of_wrong_value_has_its_sentence(kind: Any, value: object, sentence: str) -> None:
    schema = msgspec.defstruct("Form", [("given", kind)])
    with pytest.raises(InvalidFields) as refused:
        Request({"body": json.dumps({"given": value})}).body(schema)
    assert [each.message for each in refused.value.problems] == [sentence]


def test_a_missing_field_is_asked_for() -> None:
    (found,) = problems({})
    assert (found.field, found.code, found.message) == ("count", "required", "Send count.")


def _schemas() -> list[type[msgspec.Struct]]:
    for module in pkgutil.walk_packages(allmytracks.__path__, "allmytracks."):
        importlib.import_module(module.name)
    found, waiting = [], [msgspec.Struct]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found += [each for each in below if re.search(r"^allmytracks\..*\bschemas", each.__module__)]
    return found


def test_every_field_of_the_product_can_say_what_it_takes() -> None:
    """No pattern and no name of a type reaches a person: a new kind gets words, a new pattern a description."""
    schemas = _schemas()
    assert len(schemas) > 100
    for schema in schemas:
        for field in msgspec.structs.fields(schema):
            assert expected(field.type), field.name
    patterns = {
        f"{schema.__qualname__}.{field.name}"
        for schema in schemas
        for field in msgspec.structs.fields(schema)
        for kind in _inside(msgspec.inspect.type_info(field.type))
        if isinstance(kind, msgspec.inspect.StrType) and kind.pattern
    }
    assert patterns == set()


def _inside(kind: msgspec.inspect.Type) -> list[msgspec.inspect.Type]:
    """The types that a field speaks of in words of their own: what has a description speaks by that."""
    match kind:
        case msgspec.inspect.Metadata():
            return [] if "description" in (kind.extra_json_schema or {}) else _inside(kind.type)
        case msgspec.inspect.UnionType():
            return [each for part in kind.types for each in _inside(part)]
        case msgspec.inspect.ListType() | msgspec.inspect.VarTupleType():
            return _inside(kind.item_type)
        case _:
            return [kind]


EDGE_KEY = "k" * 32
SEEN = {"cloudfront-viewer-address": "198.51.100.7:46532", "x-edge-key": EDGE_KEY}


@pytest.mark.parametrize(
    ("key", "headers", "address"),
    [
        (EDGE_KEY, SEEN, "198.51.100.7"),
        (EDGE_KEY, {**SEEN, "cloudfront-viewer-address": "2001:db8::7:443"}, "2001:db8::7"),
        (EDGE_KEY, {**SEEN, "cloudfront-viewer-address": "[2001:db8::7]:443"}, "2001:db8::7"),
        (EDGE_KEY, {**SEEN, "x-edge-key": "guessed"}, "192.0.2.1"),
        (EDGE_KEY, {"cloudfront-viewer-address": "198.51.100.7:1"}, "192.0.2.1"),
        (EDGE_KEY, {"x-edge-key": EDGE_KEY}, "192.0.2.1"),
        ("", {**SEEN, "x-edge-key": ""}, "192.0.2.1"),
        ("", SEEN, "192.0.2.1"),
    ],
)
def test_a_clients_address_is_cloudfronts_word_only_with_the_edges_key(
    monkeypatch: pytest.MonkeyPatch, key: str, headers: dict[str, str], address: str
) -> None:
    monkeypatch.setenv("EDGE_KEY", key)
    event = {"headers": headers, "requestContext": {"http": {"sourceIp": "192.0.2.1"}}}

    assert Request(event).source_ip == address
