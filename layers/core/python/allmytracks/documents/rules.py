"""Errors of documents."""

from __future__ import annotations

from allmytracks.foundation.errors import Invalid, NotFound


class DocumentNotFound(NotFound):
    """The letter's document is not in its store."""

    code = "document_not_found"


class UnprintableText(Invalid):
    """A text holds characters that no font of the letter has: it would be printed as empty boxes."""

    code = "unprintable_text"
