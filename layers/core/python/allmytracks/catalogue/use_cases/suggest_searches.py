"""Suggestions while somebody types a search."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import TrackSearch
from allmytracks.catalogue.rules_search import TrackQuery
from allmytracks.catalogue.rules_similar import Suggestion, suggestions_of


@dataclass(frozen=True)
class SuggestSearches:
    """How a search may go on: of what it finds now. Raises Unavailable."""

    search: TrackSearch

    def __call__(self, text: str) -> list[Suggestion]:
        return suggestions_of(text, self.search.find(TrackQuery(text=text, facets=("genre", "mood", "instrument"))))
