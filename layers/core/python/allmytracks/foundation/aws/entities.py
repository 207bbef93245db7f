"""An entity's fields as the attributes of its item, declared once, by the entity.

Instants are text (RFC 3339), sets are sets, tuples of entities are JSON; empty values and None are absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import msgspec
from msgspec.structs import asdict, fields

from allmytracks.foundation.instants import rfc3339

E = TypeVar("E", bound=msgspec.Struct)


def to_stored(entity: msgspec.Struct, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Each field of an entity but those of `without` (which the key holds) as its attribute."""
    named = ((name, _stored(value)) for name, value in asdict(entity).items() if name not in without)
    return {name: value for name, value in named if value is not None}


def from_stored(stored: Mapping[str, Any], kind: type[E], *, json: frozenset[str] = frozenset(), **own: object) -> E:
    """The entity of stored attributes; attributes that are not its fields are ignored.

    `own` are the fields that the key holds, `json` the tuples of entities.

    Raises msgspec.ValidationError for an item of another kind.
    """
    known = {name: value for name, value in stored.items() if value is not None}
    known |= {name: msgspec.json.decode(known[name]) for name in json if name in known}
    for field in fields(kind):
        if field.default is msgspec.NODEFAULT and field.name not in known:
            known[field.name] = None  # absent, as the entity allows
    return msgspec.convert({**known, **own}, kind)


def _stored(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return rfc3339(value)
        case frozenset():
            return set(value) or None
        case tuple():
            return msgspec.json.encode(value).decode() if value else None
        case _:
            return value
