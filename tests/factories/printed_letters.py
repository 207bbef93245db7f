"""Texts printed on letters, and how tests read them back."""

from __future__ import annotations

import pypdfium2

from allmytracks.licenses.letters.use_cases import links_of
from allmytracks.signing.ports import Signature
from tests.factories.licenses import NUMBER

LINKS = links_of("https://api.example.org", NUMBER)
SIGNATURE = Signature("eyJ0.eyJ1.c2ln", "key-a")


def text_of(document: bytes) -> str:
    """The text as Chrome's reader copies it, in one line, ignoring line breaks."""
    with pypdfium2.PdfDocument(document) as opened:
        assert len(opened) == 1
        text: str = opened[0].get_textpage().get_text_range()
    return squeezed(text)


def squeezed(text: str) -> str:
    """Without spaces, and without the joiner that readers leave away."""
    return "".join(text.replace("\u200c", "").split())
