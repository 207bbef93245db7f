"""Texts of people inside sentences of ours: a name that is written from right to left must not turn what follows it."""

from __future__ import annotations

import unicodedata

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def isolated(text: str) -> str:
    """The text, in isolation (UAX 9) where anything of it is written from right to left."""
    if any(unicodedata.bidirectional(each) in {"R", "AL"} for each in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text
