"""Display names: no prohibited or confusing words, in any spelling (U-II.username)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from allmytracks.documents.rules_text import one_line, require_printable
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.first_use import loaded_at_first_use

LONGEST_NAME = 64
# Digits and signs used as letters ("4dm1n").
_LEET = str.maketrans("0134578@$!|", "oieastbasii")
# Two letters that look like one.
_PAIRS = (("rn", "m"), ("vv", "w"))


class NameRules(Struct, frozen=True):
    """The words that no name may contain, and ordinary words that contain one by chance ("badminton")."""

    prohibited: tuple[str, ...]
    allowed: tuple[str, ...] = ()

    def check(self, field: str, name: str) -> None:
        """Raises InvalidFields naming `field`, without repeating the word that was found."""
        self.checked(field, name, LONGEST_NAME)

    def checked(self, field: str, text: str, longest: int) -> str:
        """A text, normalised. Raises InvalidFields naming `field`, without repeating the word that was found.

        A name is read without its spaces; in a longer text words do not run into each other ("bad mint").
        """
        require_printable(field, text := one_line(text))
        if not text or len(text) > longest:
            message = f"Send 1 to {longest} characters."
            raise InvalidFields([FieldProblem(field, "invalid_length", message)])
        ordinary = set(self.allowed)
        words = [word for word in text.split() if word.casefold() not in ordinary]
        parts = [" ".join(words)] if longest <= LONGEST_NAME else list(_spelled_out(words))
        readings = {reading for part in parts for reading in _readings(part)}
        if any(_letters(word) in reading for word in self.prohibited for reading in readings):
            message = "This text holds a word that is not allowed here; choose another."
            raise InvalidFields([FieldProblem(field, "prohibited_word", message)])
        return text


def _spelled_out(words: Sequence[str]) -> Iterator[str]:
    """The words; consecutive ones of one letter are joined ("a d m i n")."""
    letters = ""
    for word in words:
        if len(_letters(word)) == 1:
            letters += word
            continue
        yield from filter(None, (letters, word))
        letters = ""
    if letters:
        yield letters


def _readings(name: str) -> set[str]:
    """The readings of a name: look-alike letters and digits resolved, without spaces and signs."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    latin = "".join(_latin(character) for character in plain)
    # 1 and | are read as i or as l.
    as_l = latin.translate(str.maketrans("1|!", "lll"))
    readings = {_letters(each.translate(_LEET)) for each in (plain, latin, as_l)}
    return readings | {_joined(each) for each in readings}


def _joined(reading: str) -> str:
    for pair, letter in _PAIRS:
        reading = reading.replace(pair, letter)
    return reading


def _latin(character: str) -> str:
    if character.isascii():
        return character
    family, _, letter = unicodedata.name(character, "").rpartition(" ")
    if family.startswith("LATIN") and len(letter) == 1:  # small capitals, dotless i: no homoglyph table has them
        return letter.casefold()
    found = _look_alikes()(character, preferred_aliases=[], greedy=True)
    for entry in found or []:
        for homoglyph in entry["homoglyphs"]:
            if homoglyph["c"].isascii() and homoglyph["c"].isalpha():
                return str(homoglyph["c"]).casefold()
    return character


@loaded_at_first_use
def _look_alikes() -> Callable[..., Any]:
    """The library reads its tables (20 ms) when it is imported; names in ASCII need none of them."""
    from confusable_homoglyphs.confusables import is_confusable  # noqa: PLC0415

    found: Callable[..., Any] = is_confusable
    return found


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
