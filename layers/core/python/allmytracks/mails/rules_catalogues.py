"""The catalogue of each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allmytracks.documents.rules_languages import language_for
from allmytracks.mails.rules import Catalogue, Letter
from allmytracks.mails.rules_words_english import ENGLISH
from allmytracks.mails.rules_words_simplified import SIMPLIFIED_CHINESE
from allmytracks.mails.rules_words_traditional import TRADITIONAL_CHINESE

CATALOGUES: Mapping[str, Catalogue] = {
    each.language: each for each in (ENGLISH, TRADITIONAL_CHINESE, SIMPLIFIED_CHINESE)
}


def words_for(tag: str | None) -> Catalogue:
    """The catalogue for a person's language tag (BCP 47)."""
    return CATALOGUES[language_for(tag)]


def in_every_language(make: Callable[[Catalogue], Letter]) -> tuple[Letter, ...]:
    """A letter to everybody: made once in each language, English first."""
    return tuple(make(words) for words in CATALOGUES.values())
