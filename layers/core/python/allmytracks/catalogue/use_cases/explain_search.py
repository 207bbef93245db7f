"""An operator asks why a track is found where it is, or for an index rebuilt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.catalogue.ports import Tracks, TrackSearch
from allmytracks.catalogue.rules_search import TrackQuery
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import NotFound
from allmytracks.foundation.time_and_ids import Clock


class NotFoundByQuery(NotFound):
    """The search does not find this track by these words."""

    code = "not_found_by_query"


@dataclass(frozen=True)
class ExplainSearch:
    """How a track's rank came about. Raises NotFoundByQuery, Unavailable."""

    search: TrackSearch

    def __call__(self, text: str, track_id: str) -> Mapping[str, object]:
        told = self.search.explain(TrackQuery(text=text), track_id)
        if told is None:
            raise NotFoundByQuery("The search does not find this track by these words.", track_id=track_id)
        return told


@dataclass(frozen=True)
class RequestRebuild:
    """Has the search index rebuilt from the whole catalogue, within minutes; searches go on meanwhile."""

    tracks: Tracks
    audit: Audit
    clock: Clock

    def __call__(self, operator: Operator) -> None:
        self.audit(operator, "search_rebuilt", "catalogue")
        self.tracks.request_rebuild(self.clock.now())
