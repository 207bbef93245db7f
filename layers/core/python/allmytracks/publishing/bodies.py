"""Reading the body of a publication as its form.

A publication outlives the code that checked it: it can have fields, rows and values that another version does not know.
So `body_of` is strict, for publishing; `read_body` reads known fields and ignores the rest. Open sets of ids and values
are plain texts in the forms; the check compares them with those that this version knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeVar

import msgspec

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.wrong_values import instead_of
from allmytracks.publishing.ports import Publication

Positive = Annotated[int, msgspec.Meta(ge=1)]
Body = TypeVar("Body", bound=msgspec.Struct)


def body_of(publication: Publication, form: type[Body]) -> Body:
    """The body of a new publication; unknown fields are refused. Raises InvalidFields."""
    try:
        body = read_body(publication, form)
    except msgspec.ValidationError:
        raise InvalidFields([FieldProblem("body", "invalid", instead_of(publication.body, form))]) from None
    unknown = list(_unknown_fields(publication.body, msgspec.to_builtins(body), ""))
    if unknown:
        raise InvalidFields([FieldProblem("body", "unknown", f"There is no field {name}.") for name in unknown])
    return body


def read_body(publication: Publication, form: type[Body]) -> Body:
    """The body of a stored publication; unknown fields are ignored."""
    return msgspec.convert(publication.body, form)


def _unknown_fields(sent: object, known: object, inside: str) -> Iterator[str]:
    if isinstance(sent, dict) and isinstance(known, dict):
        for name, value in sent.items():
            if name in known:
                yield from _unknown_fields(value, known[name], f"{inside}{name}.")
            else:
                yield f"{inside}{name}"
    elif isinstance(sent, list) and isinstance(known, list):
        for number, (value, read) in enumerate(zip(sent, known, strict=True)):
            yield from _unknown_fields(value, read, f"{inside}{number}.")
