"""Searching the catalogue (U-III.I.3)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import TrackSearch
from allmytracks.catalogue.rules import Listing
from allmytracks.catalogue.rules_search import TrackQuery
from allmytracks.foundation.paging import Page


@dataclass(frozen=True)
class ListTracks:
    """One page of the tracks that fit. Raises InvalidFields, Unavailable."""

    search: TrackSearch

    def __call__(self, query: TrackQuery) -> Page[Listing]:
        return self.search.find(query)
