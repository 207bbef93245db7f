"""Component schemas: those of the functions' types, with the formats that our names of fields promise."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

COMPONENT = "#/components/schemas/{name}"
# Instants are RFC 3339 texts, and fields are named by one custom (docs/glossary.md).
INSTANTS = frozenset({"at", "until", "restricted_until", "timestamp"})
DAYS = frozenset({"birthday", "claimed_on", "respond_by", "served_on"})
FORMATS = {"email": "email", "guardian_email": "email", "password": "password", "new_password": "password"}
LINKS = frozenset({"authorization_url", "checkout_url", "document_url", "url", "video_url"})


class SameNameError(ValueError):
    """Two types of one name: generated clients would get module paths as class names."""


def components_of(types: Iterable[type[msgspec.Struct]]) -> dict[str, Any]:
    """The components of these types and of what they hold. Raises SameNameError."""
    _, found = msgspec.json.schema_components(list(types), ref_template=COMPONENT)
    doubled = sorted(name for name in found if "." in name)
    if doubled:
        raise SameNameError(f"rename one of each pair: {', '.join(doubled)}")
    for component in found.values():
        # From docstrings, which Python unindents by itself from 3.13 on.
        component["description"] = " ".join(inspect.cleandoc(component["description"]).split())
        for name, schema in component.get("properties", {}).items():
            for text in _texts(schema):
                _add_format(name, text)
            _move_default(schema)
    return dict(sorted(found.items()))


def _texts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in schema.get("anyOf", [schema]):
        if each.get("type") == "string" and "enum" not in each:
            yield each


def _add_format(name: str, schema: dict[str, Any]) -> None:
    form = format_of(name)
    if form is not None:
        schema.setdefault("format", form)


def _move_default(schema: dict[str, Any]) -> None:
    """Says a default in words: generators of clients take a field that has one for a field that is always there."""
    default = schema.pop("default", None)
    if default not in (None, [], ""):
        schema["description"] = f"{schema.get('description', '')} By default `{json.dumps(default)}`.".strip()


def format_of(name: str, forms: Mapping[str, str] = FORMATS) -> str | None:
    """The format (JSON Schema) that a field's name promises, if any."""
    if name in INSTANTS or name.endswith("_at"):
        return "date-time"
    if name in DAYS:
        return "date"
    return "uri" if name in LINKS else forms.get(name)
