"""Published synonyms: words that the search takes for each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.catalogue.rules_search import Synonyms
from allmytracks.catalogue.rules_terms import words_of
from allmytracks.foundation.errors import FieldProblem, FieldProblems
from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

SYNONYMS = "synonyms"
MOST_WORDS_OF_A_PHRASE = 5


class _SynonymsBody(msgspec.Struct):
    groups: Annotated[
        list[Annotated[list[Annotated[str, msgspec.Meta(max_length=60)]], msgspec.Meta(min_length=2, max_length=20)]],
        msgspec.Meta(max_length=500),
    ]


def check_synonyms(publication: Publication) -> None:
    """Checks that every phrase has words and is in one place alone. Raises InvalidFields."""
    problems, seen = FieldProblems(), set[tuple[str, ...]]()
    for number, group in enumerate(body_of(publication, _SynonymsBody).groups):
        for phrase in group:
            words, field = tuple(words_of(phrase)), f"groups.{number}"
            if not 1 <= len(words) <= MOST_WORDS_OF_A_PHRASE:
                message = f"{phrase!r} must have one to {MOST_WORDS_OF_A_PHRASE} words."
                problems.add(FieldProblem(field, "words", message))
            elif words in seen:
                message = f"{phrase!r} is named twice, as the search compares words; keep it in one group."
                problems.add(FieldProblem(field, "repeated", message))
            seen.add(words)
    problems.raise_found()


def published_synonyms(publications: Publications, now: datetime) -> Publication | None:
    """The synonyms in force; None before the first."""
    in_force = [each for each in publications.all(SYNONYMS) if each.effective_at <= now]
    return in_force[-1] if in_force else None


def synonyms_of(publication: Publication) -> Synonyms:
    """The groups of a checked body."""
    groups = read_body(publication, _SynonymsBody).groups
    return Synonyms(tuple(tuple(tuple(words_of(phrase)) for phrase in group) for group in groups))
