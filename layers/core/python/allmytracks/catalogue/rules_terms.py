"""How text becomes the terms that are compared: of the catalogue when it is indexed, and of what is searched for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise

from jellyfish import damerau_levenshtein_distance

from allmytracks.catalogue.rules_han import TO_SIMPLIFIED

# Scripts that write no spaces: kana, Han, Thai, Lao, Burmese, Khmer. Their runs are compared by pairs of characters.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")
# A voiced mark is no accent: ガ is another sound than カ.
_VOICED = frozenset("\u3099\u309a")
_ALIKE = {**{code: code - 0x60 for code in range(0x30A1, 0x30F7)}, **TO_SIMPLIFIED}
LONGEST_START = 15  # letters; of a longer beginning only the first ones are compared
LONGEST_TERM = 64


def folded(text: str) -> str:
    """The text as it is compared: no case, no accents, compatible forms alike, kana as hiragana, Han simplified."""
    if text.isascii():
        return text.lower()
    # A lone surrogate is no text that could be stored.
    readable = text.encode("utf-8", "replace").decode("utf-8")
    decomposed = unicodedata.normalize("NFKD", readable.casefold())
    kept = "".join(each for each in decomposed if not unicodedata.combining(each) or each in _VOICED)
    return unicodedata.normalize("NFC", kept.casefold()).translate(_ALIKE)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared; a run of a script without spaces is one."""
    return [each[:LONGEST_TERM] for each in _RUN.findall(folded(text))]


def is_unspaced(word: str) -> bool:
    """Whether the word is a run of a script that writes no spaces."""
    return _UNSPACED_RUN.match(word) is not None


def stem(word: str) -> str:
    """The word without an English plural ending (Harman's S-stemmer)."""
    if len(word) < 4 or not word.isascii() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1]


def indexed_terms(words: Iterable[str]) -> list[str]:
    """The terms that words are found by: stems; of runs without spaces each character and each pair."""
    found: list[str] = []
    for word in words:
        if is_unspaced(word):
            found += [*word, *_pairs(word)]
        else:
            found.append(stem(word))
    return found


def asked_terms(word: str) -> tuple[str, ...]:
    """The terms that must all be there for a word of a query."""
    if not is_unspaced(word):
        return (stem(word),)
    return tuple(dict.fromkeys(_pairs(word))) or (word,)


def starts_of(words: Iterable[str]) -> set[str]:
    """The beginnings by which words are found while somebody types."""
    spaced = {form for word in words if not is_unspaced(word) for form in (word, stem(word))}
    return {form[:length] for form in spaced for length in range(1, min(len(form), LONGEST_START) + 1)}


def start_of(word: str) -> str:
    """The beginning to look for where the word may not be complete."""
    return stem(word)[:LONGEST_START]


def neighbours_of(words: list[str]) -> list[str]:
    """Each two words that follow each other, as one term."""
    return [f"{stem(left)}_{stem(right)}" for left, right in pairwise(words)]


def whole_title(words: Iterable[str]) -> str:
    """The term of a whole title."""
    return f"={'_'.join(map(stem, words))}"


def tolerance(word: str) -> int:
    """How many letters of a word may be wrong; none of a short one, and none of a script without spaces."""
    if is_unspaced(word) or any(each.isdigit() for each in word):
        return 0
    return (len(word) >= 4) + (len(word) >= 8)


def nearest(word: str, known: Mapping[str, int]) -> str | None:
    """The known word that the misspelt one most probably means: the nearest, then the most frequent. None: no one."""
    most = tolerance(word)
    ranked = [
        (distance, -count, each)
        for each, count in known.items()
        if (distance := damerau_levenshtein_distance(word, each)) <= most
    ]
    return min(ranked)[2] if ranked else None


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]
