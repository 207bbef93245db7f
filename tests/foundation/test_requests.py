"""A body that does not fit its schema: every field is named as the caller wrote it, with what would do."""

from __future__ import annotations

import json
from enum import Enum
from typing import Annotated

import msgspec
import pytest

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.http.requests import Request


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Part(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=3)]
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
    assert found.message == "Invalid enum value 'huge'. Send one of small, large."


def test_what_is_no_object_where_one_is_due_and_what_is_wrong_in_a_list_are_named() -> None:
    assert [each.field for each in problems({"count": 1, "part": "a", "others": [{"name": "long"}]})] == [
        "part",
        "others",
    ]
