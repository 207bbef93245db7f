"""Searching the catalogue, by the published synonyms too."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from allmytracks.catalogue.ports import TrackSearch
from allmytracks.catalogue.published import published_synonyms, synonyms_of
from allmytracks.catalogue.rules_search import Found, Synonyms, TrackQuery
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class SearchTracks:
    """Finds tracks. A new version of the synonyms holds as soon as the published data is read again, without a
    deployment; while it cannot be read, the search goes on without. Raises InvalidFields, Unavailable.
    """

    search: TrackSearch
    publications: Publications
    clock: Clock
    # The version that was read last; reading one takes longer than a search.
    _read: dict[str, Synonyms] = field(default_factory=dict, compare=False)

    def __call__(self, query: TrackQuery) -> Found:
        return self.search.find(replace(query, synonyms=self._synonyms().about(query.words)) if query.words else query)

    def _synonyms(self) -> Synonyms:
        try:
            publication = published_synonyms(self.publications, self.clock.now())
        except Unavailable:
            return Synonyms()
        if publication is None:
            return Synonyms()
        if publication.version not in self._read:
            self._read.clear()
            self._read[publication.version] = synonyms_of(publication)
        return self._read[publication.version]
