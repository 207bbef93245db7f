"""Ports for checking a letter: reading an untrusted file, and our own keys."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from allmytracks.signing.rules import SignedText


class Reading(Struct, frozen=True):
    """A letter's parts in a PDF: the attached JWS, and the document's title and subject."""

    jws: str | None = None
    description: str = ""


class LetterReader(Protocol):
    """Reads untrusted PDFs."""

    def read(self, document: bytes) -> Reading:
        """Reads what it can; an empty reading for a broken file. Raises UnreadableDocument."""
        ...


class LetterSignatures(Protocol):
    """Verifies signatures by our own keys."""

    def check(self, jws: str) -> SignedText:
        """The text's claims, and whether one of our keys signed exactly them as a licence. Raises Unavailable."""
        ...
