"""Searches the catalogue in an OpenSearch domain.

Before the first index, or the first of a new form, nothing is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from allmytracks.catalogue.opensearch_calls import NO_INDEX, OpenSearchCalls, OpenSearchError
from allmytracks.catalogue.opensearch_documents import ALIAS, sound_of
from allmytracks.catalogue.opensearch_queries import (
    copy_of,
    known_request,
    like_request,
    named_request,
    near_request,
    page_request,
    whole_query,
)
from allmytracks.catalogue.rules import Listing, TrackNotFound
from allmytracks.catalogue.rules_search import (
    COUNTED,
    DEEPEST,
    NOTHING,
    FacetValue,
    Found,
    Position,
    Sort,
    TrackQuery,
    counted_words,
    found_or_corrected,
)
from allmytracks.catalogue.rules_similar import most_alike
from allmytracks.catalogue.rules_terms import nearest, tolerance


class OpenSearchTrackSearch:
    """See ports.TrackSearch. A search that not all shards answer is Unavailable, never a part."""

    def __init__(self, calls: OpenSearchCalls) -> None:
        self._calls = calls

    def find(self, query: TrackQuery) -> Found:
        """See ports.TrackSearch."""
        return found_or_corrected(query, self._find, self._corrected)

    def similar(self, track_id: str, limit: int) -> list[Listing]:
        """See ports.TrackSearch."""
        found = self._hits(named_request([track_id]))
        if not found:
            raise TrackNotFound("There is no such track.")
        one = sound_of(found[0]["_source"])
        request = near_request(one)
        near = self._hits(request) if request else []
        return most_alike(one, [sound_of(each["_source"]) for each in near], limit)

    def listings(self, track_ids: Sequence[str]) -> dict[str, Listing]:
        """See ports.TrackSearch."""
        found = self._listings(named_request(track_ids)) if track_ids else []
        return {each.id: each for each in found}

    def explain(self, query: TrackQuery, track_id: str) -> dict[str, object] | None:
        """See ports.TrackSearch."""
        path = f"/{ALIAS}/_explain/{quote(track_id, safe='')}"
        try:
            told = self._calls("POST", path, {"query": whole_query(query)})
        except OpenSearchError as error:
            if error.status == 404:  # no such track, or no index
                return None
            raise
        explanation: dict[str, object] = told["explanation"]
        return explanation if told["matched"] else None

    def _find(self, query: TrackQuery, after: int | None) -> Found:
        told = self._search(page_request(query, after), copy_of(query))
        if told is None:
            return NOTHING
        hits = told["hits"]["hits"]
        kept, total = hits[: query.limit], int(told["hits"]["total"]["value"])
        facets = {name: _values(told["aggregations"][name]) for name in query.facets}
        return Found(
            [sound_of(each["_source"]).listing for each in kept],
            _next(query.order, kept, after) if len(hits) > query.limit else None,
            min(total, COUNTED),
            exact=total <= COUNTED,
            facets=facets,
        )

    def _corrected(self, query: TrackQuery) -> str | None:
        """The words with each unknown one replaced by what it probably means; None where nothing is known."""
        words = list(query.words)
        told = self._search(known_request(words))
        if told is None:
            return None
        unknown = [place for place in range(len(words)) if not told["aggregations"][str(place)]["doc_count"]]
        if not unknown:
            return None
        for place in unknown:
            meant = nearest(words[place], self._like(words[place]))
            if meant is None:
                return None
            words[place] = meant
        return " ".join(words)

    def _like(self, word: str) -> Counter[str]:
        return counted_words(self._listings(like_request(word))) if tolerance(word) else Counter()

    def _listings(self, request: dict[str, Any]) -> list[Listing]:
        return [sound_of(each["_source"]).listing for each in self._hits(request)]

    def _hits(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        told = self._search(request)
        found: list[dict[str, Any]] = told["hits"]["hits"] if told else []
        return found

    def _search(self, request: dict[str, Any], copy: int = 0) -> dict[str, Any] | None:
        """The response; None where there is no index yet."""
        path = f"/{ALIAS}/_search?allow_partial_search_results=false&preference={copy}"
        try:
            return self._calls("POST", path, request)
        except OpenSearchError as error:
            if error.kind == NO_INDEX:
                return None
            raise


def _values(facet: dict[str, Any]) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(each["key"], each["doc_count"]) for each in facet["values"]["buckets"])


def _next(order: Sort, kept: Sequence[dict[str, Any]], after: int | None) -> str | None:
    """The cursor of the page that follows one."""
    if order is not Sort.RELEVANCE:
        return Position(order, int(kept[-1]["sort"][0])).cursor()
    beyond = (after or 0) + len(kept)
    return Position(order, beyond).cursor() if beyond <= DEEPEST else None
