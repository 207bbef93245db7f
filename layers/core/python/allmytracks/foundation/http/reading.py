"""Parsing untrusted input: JSON and text into a schema, or an error that says what to do.

Used by both APIs. The parser refuses depth, encoding and numbers; texts longer than any DynamoDB key are refused here,
so that later code need not check. Which characters a text may contain is checked for each field.
"""

from __future__ import annotations

import base64
import importlib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, islice
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec

from allmytracks.foundation.errors import FieldProblem, InvalidFields, Malformed, UnsupportedMedia
from allmytracks.foundation.wrong_values import LISTS, instead_of, plain_type

JSON = "application/json"
S = TypeVar("S", bound=msgspec.Struct)
# Most bytes (UTF-8) of a text whose schema sets no length. A sort key has 1,024, our prefixes included.
LONGEST_TEXT = 900
# Most problems of the items of one list that a refusal names.
MOST_ITEMS_NAMED = 20
# A text that has its own rule and error code.
RuledText = Annotated[str, msgspec.Meta(extra={"ruled": True})]


def by_rule(module: str, function: str, *, limits_length: bool = False) -> msgspec.Meta:
    """Declares, in an Annotated type, the rule by which a use case checks the field, so that one refusal names all.

    The use case applies it to a body whose types fit. Where one does not fit, the reader applies it to the other
    fields: the function is called with the field's name and value, and raises InvalidFields. Its module is loaded for
    a refusal alone. `limits_length`: the rule has a limit of its own instead of LONGEST_TEXT.
    """
    return msgspec.Meta(extra={"rule": (f"allmytracks.{module}", function), "ruled": limits_length})


def raw_body(event: Mapping[str, Any]) -> bytes:
    """The body of a gateway's event (payload 1.0 and 2.0), its bytes exactly as they were sent. Raises Malformed."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        # A lone surrogate is not valid text; encoded like this the parser refuses it.
        return str(body).encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        raise Malformed("The body is not what its encoding says.") from None


def read_body(raw: bytes, schema: type[S], content_type: str | None) -> S:
    """A JSON body as `schema`; a missing `content_type` means JSON.

    Raises UnsupportedMedia (another type), Malformed (no JSON object) and InvalidFields: each field that is missing,
    unknown or of another type, and where there is one of these, each that breaks its rule (`by_rule`).
    """
    media = (content_type or "").partition(";")[0].strip().lower()
    if media not in {"", JSON} and not media.endswith("+json"):
        raise UnsupportedMedia(f"Send the body as {JSON}.")
    try:
        read = msgspec.json.decode(raw, type=schema)
    except msgspec.ValidationError:
        return _explain(_decoded(raw), schema, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable() from None
    if len(raw) > LONGEST_TEXT and any(_long_texts(read, "")):
        return _explain(_decoded(raw), schema, strict=True)
    return read


def read_query(values: Mapping[str, str], schema: type[S]) -> S:
    """A query string as `schema`; numbers are read from their text. Raises InvalidFields."""
    try:
        read = msgspec.convert(values, schema, strict=False)
    except msgspec.ValidationError:
        return _explain(values, schema, strict=False)
    if any(_long_texts(read, "")):
        return _explain(values, schema, strict=False)
    return read


def is_too_long(text: str) -> bool:
    """Whether a text is longer than any id."""
    return len(text) * 4 > LONGEST_TEXT and len(text.encode(errors="replace")) > LONGEST_TEXT


def _decoded(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable() from None


def _unreadable() -> Malformed:
    return Malformed("The body is not JSON that can be read. Send one JSON object in UTF-8.")


def _long_texts(read: msgspec.Struct, inside: str) -> Iterator[FieldProblem]:
    limits = _limits(type(read))
    for field in msgspec.structs.fields(read):
        name, value = inside + field.encode_name, getattr(read, field.name)
        for each in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(each, msgspec.Struct):
                yield from _long_texts(each, f"{name}.")
            elif isinstance(each, str) and name.rpartition(".")[2] not in limits and is_too_long(each):
                yield _too_long(name)


def _too_long(name: str) -> FieldProblem:
    return FieldProblem(name, "too_long", f"Send at most {LONGEST_TEXT} bytes.")


@cache
def _limits(schema: type[msgspec.Struct]) -> frozenset[str]:
    """The fields whose length their schema or a rule of their own limits."""
    return frozenset(
        field.encode_name
        for field in msgspec.structs.fields(schema)
        for part in (field.type, *get_args(field.type))
        if get_origin(part) is Annotated
        and any(meta.max_length or (meta.extra or {}).get("ruled") for meta in part.__metadata__)
    )


def _explain(values: object, schema: type[S], *, strict: bool) -> S:
    """Finds every field that does not fit (msgspec itself names only the first)."""
    if not isinstance(values, dict):
        raise Malformed("The body is not a JSON object.")
    found = list(dict.fromkeys(_problems(values, schema, "", strict=strict)))
    if not found:
        # For a duplicate key `values` has the last value; an earlier one did not fit.
        raise Malformed("The body is not JSON that can be read. Send each field once.")
    raise InvalidFields(found)


def _problems(
    values: Mapping[str, object], schema: type[msgspec.Struct], inside: str, *, strict: bool
) -> Iterator[FieldProblem]:
    for field in msgspec.structs.fields(schema):
        name = inside + field.encode_name
        if field.encode_name not in values:
            if field.required:
                yield FieldProblem(name, "required", f"Send {name}.")
            continue
        value, kind = values[field.encode_name], plain_type(field.type)
        if isinstance(value, dict) and _is_struct(kind):
            yield from _problems(value, kind, f"{name}.", strict=strict)
            continue
        try:
            fitting = msgspec.convert(value, field.type, strict=strict)
        except msgspec.ValidationError:
            items = list(_item_problems(name, value, kind))
            yield from items or [FieldProblem(name, "invalid", instead_of(value, field.type, strict=strict))]
            continue
        yield from _broken_rules(name, value, fitting, field)
    if schema.__struct_config__.forbid_unknown_fields:
        for name in sorted(set(values) - {field.encode_name for field in msgspec.structs.fields(schema)}):
            yield FieldProblem(inside + name, "unknown", f"There is no field {inside}{name}.")
    across = getattr(schema, "across", None)
    if across is not None:
        yield from across(values)


def _item_problems(name: str, value: object, kind: Any) -> Iterator[FieldProblem]:
    """The problems of the items of a list, the first MOST_ITEMS_NAMED; none where the value is no list."""
    if not isinstance(value, list) or get_origin(kind) not in LISTS:
        return
    of_item = get_args(kind)[0]
    each = (_problems_of_item(f"{name}.{place}", item, of_item) for place, item in enumerate(value))
    yield from islice(chain.from_iterable(each), MOST_ITEMS_NAMED)


def _problems_of_item(name: str, item: object, of_item: Any) -> Iterator[FieldProblem]:
    if isinstance(item, dict) and _is_struct(plain_type(of_item)):
        yield from _problems(item, plain_type(of_item), f"{name}.", strict=True)
        return
    try:
        msgspec.convert(item, of_item)
    except msgspec.ValidationError:
        yield FieldProblem(name, "invalid", instead_of(item, of_item))


def _broken_rules(
    name: str, value: object, fitting: object, field: msgspec.structs.FieldInfo
) -> Iterator[FieldProblem]:
    """The problems of a value whose type fits: a text is too long, or it breaks its rule."""
    meta = _meta_of(field.type)
    long = not any(each.max_length or (each.extra or {}).get("ruled") for each in meta)
    items = [(f"{name}.{place}", each) for place, each in enumerate(value)] if isinstance(value, list) else []
    texts = [(named, each) for named, each in items or [(name, value)] if isinstance(each, str)]
    too_long = [named for named, text in texts if long and is_too_long(text)]
    if too_long:
        yield from (_too_long(named) for named in too_long[:MOST_ITEMS_NAMED])
        return
    if fitting is None:
        return
    for each in meta:
        rule = (each.extra or {}).get("rule")
        if rule is not None:
            module, function = rule
            try:
                getattr(importlib.import_module(module), function)(name, fitting)
            except InvalidFields as refused:
                yield from refused.problems
    yield from _item_problems(name, value, plain_type(field.type))


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _meta_of(annotation: Any) -> list[msgspec.Meta]:
    """What is declared of a field, also of the other side of a null."""
    parts = (annotation, *get_args(annotation))
    return [meta for part in parts if get_origin(part) is Annotated for meta in part.__metadata__]
