"""Any entity with something in every field, so that a store which forgets a field shows it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from tests.factories.instants import NOW

E = TypeVar("E", bound=Struct)


def filled(kind: type[E]) -> E:
    """An entity whose every field, optional ones too, has a value that is not its default."""
    hints = get_type_hints(kind)
    return kind(**{each.name: _value(hints[each.name], each.name) for each in fields(kind)})


def _value(hint: Any, name: str) -> Any:
    plain: dict[Any, Any] = {str: f"a {name}", int: 7, bool: True, datetime: NOW}
    if hint in plain:
        return plain[hint]
    origin, parts = get_origin(hint), [each for each in get_args(hint) if each not in (NoneType, Ellipsis)]
    if origin in (Union, UnionType):
        return _value(parts[0], name)
    if origin in (frozenset, tuple):
        return origin([_value(parts[0], name)])
    if issubclass(hint, Struct):
        return filled(hint)
    if issubclass(hint, Enum):
        return list(hint)[-1]
    raise NotImplementedError(f"give {name} a value for {hint}")
