"""Plain words for what to send instead of an invalid value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import inspect

LISTS = (list, tuple, set, frozenset)


def instead_of(value: object, annotation: Any, *, strict: bool = True) -> str:
    """A sentence on the first part of `value` that does not fit `annotation`.

    Lists are counted from 1. A pattern is named by the `description` of its Meta. `strict` as msgspec has it.
    """
    path, act = _first_fault(value, annotation, strict=strict)
    return f"In {', '.join(path)}: {act}." if path else f"{act[0].upper()}{act[1:]}."


def plain_type(annotation: Any) -> Any:
    """`annotation` without its constraints, and without null where one other type remains."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        others = [each for each in get_args(annotation) if each is not NoneType]
        return plain_type(others[0]) if len(others) == 1 else annotation
    return annotation


def expected(annotation: Any) -> str:
    """What a field accepts, to complete "Send ..."."""
    return _words(inspect.type_info(annotation))


def _first_fault(value: object, annotation: Any, *, strict: bool) -> tuple[list[str], str]:
    plain = plain_type(annotation)
    if isinstance(value, Mapping) and isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        act = _odd_field(value, plain)
        if act is not None:
            return [], act
    for name, part, kind in _parts(value, plain):
        try:
            msgspec.convert(part, kind, strict=strict)
        except msgspec.ValidationError:
            path, act = _first_fault(part, kind, strict=strict)
            return [name, *path], act
    return [], f"send {expected(annotation)}"


def _odd_field(value: Mapping[Any, object], schema: type[msgspec.Struct]) -> str | None:
    fields = msgspec.structs.fields(schema)
    missing = [each.encode_name for each in fields if each.required and each.encode_name not in value]
    if missing:
        return f"send {missing[0]}"
    unknown = sorted(set(value) - {each.encode_name for each in fields})
    return f"there is no field {unknown[0]}" if unknown and schema.__struct_config__.forbid_unknown_fields else None


def _parts(value: object, plain: Any) -> Iterator[tuple[str, object, Any]]:
    """Each part of a structure: its name, its value, its annotation."""
    arguments = get_args(plain)
    if isinstance(value, Mapping) and isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        for field in msgspec.structs.fields(plain):
            if field.encode_name in value:
                yield field.encode_name, value[field.encode_name], field.type
    elif isinstance(value, Mapping) and get_origin(plain) is dict:
        for name, part in value.items():
            yield str(name), part, arguments[1]
    elif isinstance(value, (list, tuple)) and get_origin(plain) in LISTS and arguments:
        for number, part in enumerate(value, 1):
            yield f"item {number}", part, arguments[0]


def _words(kind: inspect.Type) -> str:
    say = _WORDS.get(type(kind))
    return say(kind) if say is not None else _PLAIN[type(kind)]


def _described(kind: inspect.Metadata) -> str:
    described: str | None = (kind.extra_json_schema or {}).get("description")
    return described or _words(kind.type)


def _alternatives(kind: inspect.UnionType) -> str:
    known = [_words(each) for each in kind.types if not isinstance(each, inspect.NoneType)]
    return " or ".join(dict.fromkeys(known))


def _one_of(values: list[Any]) -> str:
    return f"one of {', '.join(map(str, values))}" if len(values) > 1 else str(values[0])


def _counted(least: int | None, most: int | None, what: str) -> str:
    if least and most:
        return f" of {least} to {most} {what}"
    if most:
        return f" of at most {most} {what}"
    return f" of at least {least} {what}" if least else ""


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge} to {kind.le}"
    limits = ((kind.ge, "at least"), (kind.gt, "above"), (kind.le, "at most"), (kind.lt, "below"))
    said = " and ".join(f"{words} {limit}" for limit, words in limits if limit is not None)
    return f", {said}" if said else ""


def _list(kind: Any) -> str:
    return "a list" + _counted(kind.min_length, kind.max_length, "items")


_WORDS: Mapping[type[inspect.Type], Callable[[Any], str]] = {
    inspect.Metadata: _described,
    inspect.UnionType: _alternatives,
    inspect.EnumType: lambda kind: _one_of([each.value for each in kind.cls]),
    inspect.LiteralType: lambda kind: _one_of(list(kind.values)),
    inspect.StrType: lambda kind: "text" + _counted(kind.min_length, kind.max_length, "characters"),
    inspect.IntType: lambda kind: "a whole number" + _bounds(kind),
    inspect.FloatType: lambda kind: "a number" + _bounds(kind),
    inspect.ListType: _list,
    inspect.VarTupleType: _list,
    inspect.SetType: _list,
    inspect.FrozenSetType: _list,
}
_PLAIN: Mapping[type[inspect.Type], str] = {
    inspect.BoolType: "true or false",
    inspect.DateTimeType: "a time with its offset, such as 2026-11-24T08:00:00Z",
    inspect.DateType: "a date such as 2026-11-24",
    inspect.StructType: "an object",
    inspect.DataclassType: "an object",
    inspect.DictType: "an object",
    inspect.TupleType: "a list",
    inspect.NoneType: "null",
    inspect.AnyType: "any value",
    inspect.RawType: "any value",
}
