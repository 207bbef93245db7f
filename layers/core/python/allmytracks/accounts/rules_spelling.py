"""Whether two names are spellings of one person's name: measured in letters, in any script (M-III.8.apply).

Names are compared in Latin letters without diacritics and without regard to case, spaces, punctuation and the order of
their words. What differs then is counted by the distance of Damerau and Levenshtein (a letter more, one less, another
one, or two in each other's place), within these bounds:

- a word of up to 2 letters: none; of 3 to 5: one; of 6 to 9: two; longer: three; a word with a digit: none;
- the whole name: one letter in five;
- written in more or fewer words (Van Gogh, Vangogh): one letter, of at least 8;
- ideographs: none, as many names sound alike; against Latin letters, their reading in Mandarin (pinyin).

An incomplete name (of at least two words) may also be given further words, of no more letters than it has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from anyascii import anyascii
from jellyfish import damerau_levenshtein_distance

# The bound of a word by its number of letters; the last is for all longer ones.
_WORD_BOUNDS = ((2, 0), (5, 1), (9, 2))
_LONGEST_BOUND = 3
_LETTERS_FOR_ONE = 5
_LEAST_WHEN_DIVIDED = 8
_APOSTROPHES = "'\u2019"


def same_person(was: str, now: str, *, incomplete: bool = False) -> bool:
    """Whether `now` is another spelling of `was`; with `incomplete` also whether it completes `was`."""
    before, after = _words(was), _words(now)
    if not before or not after:
        return False
    ideographs = _ideographs(was), _ideographs(now)
    if all(ideographs):
        return ideographs[0] == ideographs[1] and before == after
    if any(ideographs):
        return any("".join(before) == "".join(turned) for turned in _turned(after))
    if any(_is_respelled(before, turned) for turned in _turned(after)):
        return True
    return incomplete and _is_completed(before, after)


def _is_respelled(before: Sequence[str], after: Sequence[str]) -> bool:
    joined = "".join(before), "".join(after)
    if joined[0] == joined[1]:
        return True
    if len(before) != len(after):
        shorter = min(map(len, joined))
        return shorter >= _LEAST_WHEN_DIVIDED and _distance(*joined) <= 1 and not _has_digit("".join(joined))
    found = [_distance(*pair) for pair in zip(before, after, strict=True)]
    if any(each > _bound(*pair) for each, pair in zip(found, zip(before, after, strict=True), strict=True)):
        return False
    return sum(found) <= max(map(len, joined)) // _LETTERS_FOR_ONE


def _is_completed(before: Sequence[str], after: Sequence[str]) -> bool:
    if len(before) < 2:
        return False
    left = list(after)
    for word in before:
        match = min(left, key=lambda each: _distance(word, each), default=None)
        if match is None or _distance(word, match) > min(1, _bound(word, match)):
            return False
        left.remove(match)
    return sum(map(len, left)) <= sum(map(len, before))


def _distance(one: str, other: str) -> int:
    return damerau_levenshtein_distance(one, other)


def _bound(one: str, other: str) -> int:
    if _has_digit(one + other):
        return 0
    letters = max(len(one), len(other))
    return next((bound for most, bound in _WORD_BOUNDS if letters <= most), _LONGEST_BOUND)


def _has_digit(text: str) -> bool:
    return any(each.isdigit() for each in text)


def _turned(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The rotations of the words (family name first or last)."""
    for first in range(len(words)):
        yield [*words[first:], *words[:first]]


def _words(name: str) -> list[str]:
    """The words of a name in small Latin letters and digits; an ideograph or syllable of Hangul is a word by itself."""
    spaced = "".join(f" {each} " if _is_syllable(each) else each for each in unicodedata.normalize("NFKC", name))
    plain = ["".join(each for each in anyascii(word).casefold() if each.isalnum()) for word in _divided(spaced)]
    return [word for word in plain if word]


def _divided(text: str) -> list[str]:
    parting = (" " if unicodedata.category(each)[0] in "ZP" and each not in _APOSTROPHES else each for each in text)
    return "".join(parting).split()


def _is_syllable(letter: str) -> bool:
    return _is_ideograph(letter) or unicodedata.name(letter, "").startswith("HANGUL SYLLABLE")


def _is_ideograph(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("CJK UNIFIED")


def _ideographs(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", name) if _is_ideograph(each))
