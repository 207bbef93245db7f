"""Searching the catalogue (U-III.I.3)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.search import TrackQuery
from allmytracks.domain.tracks import Listing
from allmytracks.ports.downloads import Page
from allmytracks.ports.tracks import TrackSearch


@dataclass(frozen=True)
class ListTracks:
    """One page of the tracks that fit. Raises InvalidFields, Unavailable."""

    search: TrackSearch

    def __call__(self, query: TrackQuery) -> Page[Listing]:
        return self.search.find(query)
