"""A small catalogue whose index an OpenSearch domain holds, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from allmytracks.catalogue.opensearch_search import OpenSearchTrackSearch
from allmytracks.catalogue.rules import Track
from allmytracks.catalogue.rules_search import Sort, TrackQuery
from allmytracks.foundation.paging import Page
from tests.factories.catalogue import later, track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.opensearch import OpenSearchDomain, calls_to

LIBRARY = [track(f"Piece {number}", added_at=later(number)) for number in range(5)]

Seen = TypeVar("Seen")


class Catalogue(MemoryTracks):
    """Read by two tracks at a time; `meanwhile` happens once, after the next reading of tracks."""

    meanwhile: Callable[[], object] | None = None

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        return self._and_meanwhile(super().page(limit=min(limit, 2), cursor=cursor))

    def several(self, track_ids: Sequence[str]) -> dict[str, Track]:
        return self._and_meanwhile(super().several(track_ids))

    def _and_meanwhile(self, seen: Seen) -> Seen:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return seen

    def name(self, changed: Track, title: str) -> str:
        """Changes the title; the track's id."""
        self.stored[changed.id] = replace(changed, title=title)
        return changed.id


def titles(domain: OpenSearchDomain) -> list[str]:
    return [each.title for each in OpenSearchTrackSearch(calls_to(domain)).find(TrackQuery(sort=Sort.NEWEST)).items]


def of_tracks(domain: OpenSearchDomain) -> list[str]:
    return [name for name in domain.indexes if name.startswith("tracks-")]
