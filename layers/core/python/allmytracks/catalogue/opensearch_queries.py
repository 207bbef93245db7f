"""Searches in OpenSearch's query DSL, with the conditions and weights of the embedded engine (tantivy_folder.py)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from allmytracks.catalogue.rules_search import (
    COLUMNS,
    COUNTED,
    MOST_FACET_VALUES,
    Sort,
    TrackQuery,
    length_bounds,
)
from allmytracks.catalogue.rules_similar import Sound, sound_terms, tag_terms
from allmytracks.catalogue.rules_terms import (
    asked_terms,
    is_unspaced,
    neighbours_of,
    start_of,
    stem,
    tolerance,
    whole_title,
)

NEAR = 300  # tracks that share tags or sound, of which the most alike are chosen
CANDIDATES = 50  # tracks in whose words a misspelt one is looked for
_START, _SAME, _NEIGHBOURS, _WHOLE_TITLE = 0.2, 0.5, 1.0, 3.0
_MOST = (1 << 63) - 1  # of a column

Query = dict[str, Any]


def page_request(query: TrackQuery, after: int | None) -> dict[str, Any]:
    """One page, with one track more to tell whether another follows, its total and its facets."""
    order, filters = query.order, _filters(query)
    # A facet counts as if its own filter were not given, so that with facets the filters apply after the query.
    inside = [] if query.facets else [*filters.values()]
    asked: dict[str, Any] = {
        "query": words_query(query, [*inside, *_ranges(query)]),
        "size": query.limit + 1,
        "track_total_hits": COUNTED + 1,
        "_source": ["kept"],
    }
    if query.facets:
        asked["post_filter"] = {"bool": {"filter": [*filters.values()]}}
        asked["aggs"] = {name: _facet(name, filters) for name in query.facets}
    if order is Sort.RELEVANCE:
        asked |= {"sort": [{"_score": "desc"}, {COLUMNS[Sort.NEWEST]: "desc"}], "from": after or 0}
        return asked
    asked["sort"] = [{COLUMNS[order]: "desc" if order.descending else "asc"}]
    if after is not None:
        asked["search_after"] = [min(after, _MOST)]
    return asked


def copy_of(query: TrackQuery) -> int:
    """Which copy of the index answers: the same one for each page of a query, as copies rank slightly differently."""
    return zlib.crc32(query.text.encode("utf-8", "replace"))


def whole_query(query: TrackQuery) -> Query:
    """Everything that a query asks for."""
    return words_query(query, [*_filters(query).values(), *_ranges(query)])


def words_query(query: TrackQuery, conditions: Sequence[Query]) -> Query:
    """The words of a query with conditions that do not rank."""
    must: list[Query] = []
    should: list[Query] = []
    last = len(query.phrases) - 1
    for place, same in enumerate(query.phrases):
        needed, better = _choice(same, typed=place == last)
        must += needed
        should += better
    if query.order is Sort.RELEVANCE:
        should += _title(query)
    if not must and not conditions:
        return {"match_all": {}}
    return _all_of(must, should, conditions)


def near_request(one: Sound) -> dict[str, Any] | None:
    """The tracks that share tags or sound with one, those that share most first; None where it has neither."""
    tags = [_term("filters", each) for each in tag_terms(one.listing)]
    sounds = [_term("sound", each) for each in sound_terms(one.features)]
    if not tags and not sounds:
        return None
    near = {"bool": {"should": [*tags, *sounds], "minimum_should_match": 1}}
    return {"query": near, "size": NEAR, "track_total_hits": False, "_source": ["kept"]}


def named_request(track_ids: Sequence[str]) -> dict[str, Any]:
    """The tracks of these ids."""
    return {"query": _ids(track_ids), "size": len(track_ids), "track_total_hits": False, "_source": ["kept"]}


def known_request(words: Sequence[str]) -> dict[str, Any]:
    """How many tracks have each word, by its place."""
    counted = {str(place): {"filter": _known(word)} for place, word in enumerate(words)}
    return {"size": 0, "track_total_hits": False, "aggs": counted}


def like_request(word: str) -> dict[str, Any]:
    """Tracks with words that are spelt nearly like this one."""
    fuzzy = {"fuzzy": {"words": {"value": stem(word), "fuzziness": tolerance(word), "transpositions": True}}}
    return {"query": fuzzy, "size": CANDIDATES, "track_total_hits": False, "_source": ["kept"]}


def _known(word: str) -> Query:
    if is_unspaced(word):
        return _all_of([_term("words", each) for each in asked_terms(word)])
    return _term("starts", start_of(word))


def _filters(query: TrackQuery) -> dict[str, Query]:
    return {name: {"terms": {"filters": [*terms]}} for name, terms in query.filters.items()}


def _ranges(query: TrackQuery) -> list[Query]:
    bounds = {"bpm": (query.bpm_min, query.bpm_max), "length": length_bounds(query.length_min, query.length_max)}
    given = {
        name: {way: bound for way, bound in (("gte", low), ("lte", high)) if bound is not None}
        for name, (low, high) in bounds.items()
    }
    return [{"range": {name: found}} for name, found in given.items() if found]


def _facet(name: str, filters: Mapping[str, Query]) -> Query:
    others = [each for filtered, each in filters.items() if filtered != name]
    values = {"terms": {"field": name, "size": MOST_FACET_VALUES}}
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": values}}


def _choice(same: Sequence[tuple[str, ...]], *, typed: bool) -> tuple[list[Query], list[Query]]:
    """What must be there for one phrase of the query, and what ranks; `typed`: its last word may not be complete."""
    asked, *others = same
    must, should = _phrase(asked, typed=typed)
    if not others:
        return must, should
    like = [_all_of(_phrase(each, typed=False)[0], boost=_SAME) for each in others]
    return [{"bool": {"should": [_all_of(must, should), *like], "minimum_should_match": 1}}], []


def _phrase(words: Sequence[str], *, typed: bool) -> tuple[list[Query], list[Query]]:
    must: list[Query] = []
    should: list[Query] = []
    for place, word in enumerate(words):
        if typed and place == len(words) - 1 and not is_unspaced(word):
            must.append(_term("starts", start_of(word), _START))
            should.append(_term("words", stem(word)))
        else:
            must += [_term("words", each) for each in asked_terms(word)]
    return must, should


def _title(query: TrackQuery) -> Iterable[Query]:
    words = list(query.words)
    yield _term("phrases", whole_title(words), _WHOLE_TITLE)
    for each in neighbours_of(words):
        yield _term("phrases", each, _NEIGHBOURS)


def _all_of(
    must: Sequence[Query], should: Sequence[Query] = (), conditions: Sequence[Query] = (), boost: float = 1.0
) -> Query:
    parts = {"must": [*must], "should": [*should], "filter": [*conditions]}
    given: Query = {name: each for name, each in parts.items() if each}
    # Where nothing must be there, `should` alone would select.
    return {"bool": {**given, "minimum_should_match": 0, "boost": boost}}


def _term(field: str, value: str, boost: float = 1.0) -> Query:
    return {"term": {field: {"value": value, "boost": boost}}}


def _ids(track_ids: Sequence[str]) -> Query:
    return {"ids": {"values": [*track_ids]}}
