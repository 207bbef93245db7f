"""What checking a letter needs: reading a file of unknown origin, and our own keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from allmytracks.signing.rules import SignedText


@dataclass(frozen=True, slots=True)
class Reading:
    """What a PDF holds of a letter: the attached JWS, and the document's own title and subject."""

    jws: str | None = None
    description: str = ""


class LetterReader(Protocol):
    """Reads PDFs that anyone sends."""

    def read(self, document: bytes) -> Reading:
        """What can be made out; an empty reading of a file that is broken. Raises UnreadableDocument."""
        ...


class LetterSignatures(Protocol):
    """Our own keys, against what claims to be signed with one of them."""

    def check(self, jws: str) -> SignedText:
        """What the text states, and whether one of our keys signed exactly that as a licence. Raises Unavailable."""
        ...
