"""Pages of lists, and the cursors between them."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Struct

from allmytracks.foundation.errors import FieldProblem, InvalidFields

T = TypeVar("T")
# A part of a cursor that becomes part of a key: short enough for any DynamoDB key, and plain text.
KeyPart = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=300, pattern="^[\x20-\x7e]+$", description="1 to 300 plain ASCII characters"),
]


class Page(Struct, Generic[T], frozen=True):
    """One page of a list; `next_cursor` asks for the next one."""

    items: Sequence[T]
    next_cursor: str | None


class PageQuery(Struct):
    """Which page of a list: at most `limit` items, from `cursor` on."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


def page_of(items: Sequence[T], key: Callable[[T], str], query: PageQuery) -> Page[T]:
    """One page of a list that is read whole; it goes on behind the item whose `key` the cursor has.

    Raises InvalidFields where no item has that key.
    """
    start = 0
    if query.cursor:
        (last,) = read_cursor(query.cursor, tuple[KeyPart])
        start = next((place for place, each in enumerate(items, 1) if key(each) == last), 0)
        if not start:
            raise bad_cursor()
    shown = items[start : start + query.limit]
    more = start + query.limit < len(items)
    return Page(shown, make_cursor(key(shown[-1])) if more else None)


def make_cursor(*parts: str | float) -> str:
    """An opaque text that encodes `parts`."""
    return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def read_cursor(cursor: str, form: type[T]) -> T:
    """The parts of a cursor, as the tuple type `form`. Raises InvalidFields where it is invalid."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=form)
    except (binascii.Error, ValueError, RecursionError):
        raise bad_cursor() from None


def bad_cursor() -> InvalidFields:
    """The refusal of a cursor that is invalid, or of another list."""
    return InvalidFields([FieldProblem("cursor", "invalid", "Send next_cursor of the previous page unchanged.")])
