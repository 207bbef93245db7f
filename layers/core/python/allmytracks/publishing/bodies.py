"""Reading the body of a publication as its form."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.publishing.ports import Publication

Positive = Annotated[int, msgspec.Meta(ge=1)]
Body = TypeVar("Body", bound=msgspec.Struct)


def body_of(publication: Publication, form: type[Body]) -> Body:
    """The body, of the form that its kind has. Raises InvalidFields."""
    try:
        return msgspec.convert(publication.body, form)
    except msgspec.ValidationError as error:
        raise InvalidFields([FieldProblem("body", "invalid", str(error))]) from None
