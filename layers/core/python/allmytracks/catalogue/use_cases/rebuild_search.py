"""Keeping the search up with the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import SearchIndex, Tracks


@dataclass(frozen=True)
class RebuildSearch:
    """Makes the index anew; answers how many tracks it holds. Raises Unavailable."""

    index: SearchIndex
    tracks: Tracks

    def __call__(self) -> int:
        return self.index.rebuild(self.tracks)
