"""One refusal names every problem of a body: missing, unknown, of another type, and what breaks its field's rule.

Over every route of the API document, on its sample body, with two kinds of problems at once.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest
from msgspec.structs import FieldInfo, fields

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.http.reading import read_body
from allmytracks.foundation.wrong_values import plain_type
from tests.factories.template import ROOT, described

Path = tuple[str, ...]
# Each breaks some rule; texts are tried first.
BAD: tuple[Any, ...] = ("", "\x00", "x" * 6000, "no such thing", ["", "\x00"], [], -1, 0, True, {})
# Texts of which nothing can be said without what is on record: what they name is looked up, and refused by itself.
LOOKED_UP = {
    "agreement",
    "code",
    "currency",
    "current_password",
    "device_id",
    "download_id",
    "license_number",
    "mode",
    "package",
    "plan",
    "rendition",
    "serial",
    "terms_sha256",
    "claim_code",
    "token",
    "track_id",
    "version",
}
# Not checked: compared with what is stored (a wrong password), or kept to nobody.
UNCHECKED = {"POST /v1/sessions password", "POST /v1/accounts/verification password", "POST /v1/account/freeze reason"}
UNCHECKED |= {"POST /v1/licenses platform", "POST /v1/licenses platform_name"}  # of the published list


@cache
def bodies() -> dict[str, tuple[type[msgspec.Struct], dict[str, Any]]]:
    """The schema and a sample of each route's body."""
    found = {}
    for name in described():
        app = getattr(importlib.import_module(f"functions.{name}.handler"), "app", None)
        for key, route in getattr(app, "routes", {}).items():
            if isinstance(getattr(route, "body", None), type) and route.file is None:
                for path in (ROOT / "events" / name).glob("*.json"):
                    event = json.loads(path.read_text())
                    if event.get("routeKey") == key:
                        found[key] = (route.body, json.loads(event["body"] or "{}"))
    return found


def every_field(schema: type[msgspec.Struct], inside: Path = ()) -> Iterator[tuple[Path, FieldInfo]]:
    """Each field of a body, those of objects inside it as well."""
    for field in fields(schema):
        path = (*inside, field.encode_name)
        yield path, field
        kind = plain_type(field.type)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from every_field(kind, path)


def declared(field: FieldInfo) -> list[msgspec.Meta]:
    parts = (field.type, *get_args(field.type))
    return [meta for part in parts if get_origin(part) is Annotated for meta in part.__metadata__]


def rules(schema: type[msgspec.Struct]) -> list[tuple[Path, Any]]:
    """The fields with a rule, and the rule."""
    found = []
    for path, field in every_field(schema):
        for meta in declared(field):
            rule = (meta.extra or {}).get("rule")
            if rule is not None:
                module, function = rule
                found.append((path, getattr(importlib.import_module(module), function)))
    return found


def with_value(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The body with another value at a path; objects that the sample has not are made."""
    whole: dict[str, Any] = json.loads(json.dumps(body))
    part = whole
    for name in path[:-1]:
        part[name] = part.get(name) or {}
        part = part[name]
    part[path[-1]] = value
    return whole


def problems_of(schema: type[msgspec.Struct], body: object) -> list[FieldProblem]:
    try:
        read_body(json.dumps(body).encode(), schema, "application/json")
    except InvalidFields as refused:
        return list(refused.problems)
    return []


def broken(path: Path, rule: Any, schema: type[msgspec.Struct]) -> tuple[Any, FieldProblem]:
    """A value that fits the field's type and breaks its rule, and the problem."""
    for value in BAD:
        try:
            kind = next(field.type for each, field in every_field(schema) if each == path)
            rule(".".join(path), msgspec.convert(value, kind))
        except msgspec.ValidationError:
            continue
        except InvalidFields as refused:
            return value, refused.problems[0]
    pytest.fail(f"nothing breaks the rule of {path}")


RULED = [(route, path) for route, (schema, _) in sorted(bodies().items()) for path, _rule in rules(schema)]


@pytest.mark.parametrize(("route", "path"), RULED, ids=[f"{route} {'.'.join(path)}" for route, path in RULED])
def test_a_broken_rule_is_named_with_a_problem_of_another_kind(route: str, path: Path) -> None:
    schema, sample = bodies()[route]
    rule = dict(rules(schema))[path]
    value, problem = broken(path, rule, schema)
    body = with_value(sample, path, value)
    others = [each for each in fields(schema) if each.encode_name != path[0]]
    if not others:
        assert schema.__struct_fields__ == (path[0],), "a field alone has no other"
        return
    for other in others:
        wrong = {**body, other.encode_name: {"no": "such"}}
        if other.required:
            del wrong[other.encode_name]
        elif get_origin(plain_type(other.type)) is dict or plain_type(other.type) is Any:
            continue
        named = problems_of(schema, wrong)
        assert problem in named, f"{other.encode_name} hides it"
        assert any(each.field.startswith(other.encode_name) for each in named), named


@pytest.mark.parametrize("route", sorted(bodies()))
def test_every_text_has_a_rule_a_limit_or_is_looked_up(route: str) -> None:
    schema, _ = bodies()[route]
    for path, field in every_field(schema):
        kind = plain_type(field.type)
        texts = kind is str or (get_origin(kind) is list and str in get_args(kind))
        if not texts or path[-1] in LOOKED_UP or f"{route} {'.'.join(path)}" in UNCHECKED:
            continue
        limits = [meta for meta in declared(field) if meta.extra or meta.max_length or meta.pattern]
        assert limits, f"declare the rule of {'.'.join(path)} by by_rule, or name it here"


def test_lists_and_long_texts_are_named_with_the_rest() -> None:
    schema, sample = bodies()["POST /v1/tickets"]
    file = {"name": "", "media_type": "application/pdf", "bytes": 0, "sha256": "x"}
    wrong = {**sample, "kind": "nothing", "subject": "x" * 901, "text": "\x00", "attachments": [file]}
    assert [(each.field, each.code) for each in problems_of(schema, wrong)] == [
        ("kind", "invalid"),
        ("subject", "too_long"),
        ("text", "invalid_characters"),
        ("attachments.0.name", "required"),
        ("attachments.0.bytes", "too_large"),
        ("attachments.0.sha256", "invalid"),
    ]


def test_a_minor_without_a_guardian_is_named_with_the_rest() -> None:
    schema, sample = bodies()["POST /v1/accounts"]
    wrong = {"minor": True, "password": "short", "country": "Nowhere", "display_name": "\x00", "accept": "all"}
    assert [(each.field, each.code) for each in problems_of(schema, wrong)] == [
        ("email", "required"),
        ("password", "weak_password"),
        ("accept", "invalid"),
        ("display_name", "invalid_characters"),
        ("country", "unknown_country"),
        ("guardian_email", "required"),
    ]
    assert problems_of(schema, {**sample, "minor": False}) == []


def test_unknown_and_fixed_particulars_are_named_with_the_rest() -> None:
    schema, _ = bodies()["PATCH /v1/account"]
    wrong = {"email": "a@b.example", "nickname": 7, "birthday": "soon", "hobby": "chess", "profile": None}
    assert sorted((each.field, each.code) for each in problems_of(schema, wrong)) == [
        ("birthday", "invalid_date"),
        ("email", "not_changeable"),
        ("hobby", "unknown"),
        ("nickname", "invalid"),
    ]
