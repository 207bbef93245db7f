"""Searches an index of tantivy in a folder of this machine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import tantivy
from tantivy import FieldType, Occur, Order, Query

from allmytracks.catalogue.rules import Listing, TrackNotFound
from allmytracks.catalogue.rules_search import (
    COLUMNS,
    COUNTED,
    DEEPEST,
    MOST_FACET_VALUES,
    FacetValue,
    Found,
    Position,
    Sort,
    TrackQuery,
    counted_words,
    found_or_corrected,
    length_bounds,
)
from allmytracks.catalogue.rules_similar import Sound, most_alike, sound_terms, tag_terms
from allmytracks.catalogue.rules_terms import (
    asked_terms,
    is_unspaced,
    nearest,
    neighbours_of,
    start_of,
    stem,
    tolerance,
    whole_title,
)
from allmytracks.catalogue.tantivy_documents import deleted_in

NEAR = 300  # tracks that share tags or sound, of which the most alike are chosen
FIRST = 1_000  # tracks among which the first pages of the whole catalogue are
CANDIDATES = 50  # tracks in whose words a misspelt one is looked for
_START, _SAME, _NEIGHBOURS, _WHOLE_TITLE = 0.2, 0.5, 1.0, 3.0


class SearchFolder:
    """An open index; raises nothing that depends on what was searched for, except InvalidFields for a cursor."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        self._folder = folder
        self._deleted = deleted_in(folder)
        self._bounds: dict[Sort, int] = {}

    def reload(self) -> None:
        """Takes notice of what was written into the folder since."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self._deleted = deleted_in(self._folder)

    @property
    def size(self) -> int:
        """How many tracks it holds."""
        return self._searcher.num_docs

    def find(self, query: TrackQuery) -> Found:
        """See ports.TrackSearch."""
        return found_or_corrected(query, self._find, self._corrected)

    def explain(self, query: TrackQuery, track_id: str) -> dict[str, Any] | None:
        """How the track's rank came about; None where the query does not find it."""
        named = self._term("id", track_id)
        wanted = Query.boolean_query([(Occur.Must, self._query(query)), (Occur.Must, named)])
        hits = self._searcher.search(wanted, 1, count=False).hits
        if not hits:
            return None
        told: dict[str, Any] = json.loads(self._query(query).explain(self._searcher, hits[0][1]).to_json())
        return told

    def similar(self, track_id: str, limit: int) -> list[Listing]:
        """See ports.TrackSearch."""
        hits = self._searcher.search(self._term("id", track_id), 1, count=False).hits
        if not hits:
            raise TrackNotFound("There is no such track.")
        one = self._sound(hits[0][1])
        tags = [(Occur.Should, self._term("filters", each)) for each in tag_terms(one.listing)]
        sounds = [(Occur.Should, self._term("sound", each)) for each in sound_terms(one.features)]
        if not tags and not sounds:
            return []
        near = self._searcher.search(Query.boolean_query([*tags, *sounds]), NEAR, count=False).hits
        return most_alike(one, [self._sound(address) for _, address in near], limit)

    def _sound(self, address: Any) -> Sound:
        document = self._searcher.doc(address)
        features = [each - 256 if each > 127 else each for each in bytes(document["features"][0])]
        return Sound(msgspec.json.decode(document["body"][0], type=Listing), tuple(features))

    def listings(self, track_ids: Sequence[str]) -> dict[str, Listing]:
        """Those of the tracks that are in the index."""
        named = Query.term_set_query(self._schema, "id", list(track_ids))
        hits = self._searcher.search(named, max(len(track_ids), 1), count=False).hits
        return {each.id: each for each in self._bodies([address for _, address in hits])}

    def _find(self, query: TrackQuery, after: int | None) -> Found:
        whole = self._query(query)
        # What many match is not counted to the end.
        many = self._at_least(query) > COUNTED
        hits, cursor, counted = self._page(query, whole, after, count=not many)
        total = COUNTED + 1 if many else counted
        facets = {name: self._facet(query, name) for name in query.facets}
        return Found(self._bodies(hits), cursor, min(total, COUNTED), exact=total <= COUNTED, facets=facets)

    def _searched(self, whole: Query, limit: int, *, count: bool, **more: Any) -> tuple[list[Any], int]:
        """The first hits, and how many there are in all; counting in the same search costs next to nothing."""
        # The library's types do not name its `count`.
        found: Any = self._searcher.search(whole, limit, count=count, **more)
        return found.hits, int(found.count) if count else 0

    def _at_least(self, query: TrackQuery) -> int:
        """How many tracks surely match, where the index knows it without a search; else 0."""
        if query.selects_all:
            return self._searcher.num_docs
        filters = [each for terms in query.filters.values() for each in terms]
        if query.has_ranges:
            return 0
        if query.words and not filters and len(query.words) == 1 and not is_unspaced(query.words[0]):
            return self._searcher.doc_freq("starts", start_of(query.words[0])) - self._deleted
        if not query.words and len(filters) == 1:
            return self._searcher.doc_freq("filters", filters[0]) - self._deleted
        return 0

    def _page(
        self, query: TrackQuery, whole: Query, after: int | None, *, count: bool
    ) -> tuple[list[Any], str | None, int]:
        order, limit = query.order, query.limit + 1
        if order is Sort.RELEVANCE:
            before = after or 0
            hits, counted = self._searched(whole, limit, count=count, offset=before)
            beyond = before + query.limit
            more = len(hits) > query.limit and beyond <= DEEPEST
            return [hit for _, hit in hits[: query.limit]], Position(order, beyond).cursor() if more else None, counted
        if after is not None:
            counted = self._searched(Query.const_score_query(whole, 0.0), 1, count=True)[1] if count else 0
            beyond_it = self._beyond(COLUMNS[order], order, after)
            rest = Query.boolean_query([(Occur.Must, whole), (Occur.Must, beyond_it)])
            hits, _ = self._ordered(rest, order, limit, count=False)
        elif query.selects_all:
            hits, counted = self._first_of_all(order, limit), self._searcher.num_docs
        else:
            hits, counted = self._ordered(whole, order, limit, count=count)
        kept = hits[: query.limit]
        more = len(hits) > query.limit
        return [hit for _, hit in kept], Position(order, int(kept[-1][0])).cursor() if more else None, counted

    def _ordered(self, whole: Query, order: Sort, limit: int, *, count: bool) -> tuple[list[Any], int]:
        way = Order.Desc if order.descending else Order.Asc
        return self._searched(whole, limit, count=count, order_by_field=COLUMNS[order], order=way)

    def _first_of_all(self, order: Sort, limit: int) -> list[Any]:
        """The first tracks of the whole catalogue: sorted are those beyond a bound, not all.

        The bound is the value of one that was among the first FIRST ones. It holds for later states of the index too:
        what sorts before it is all there is before it, and where too few are left, a new bound is found.
        """
        if order in self._bounds:
            low, high = (self._bounds[order], None) if order.descending else (None, self._bounds[order])
            hits, _ = self._ordered(self._range(COLUMNS[order], low, high), order, limit, count=False)
            if len(hits) >= limit:
                return hits
        hits, _ = self._ordered(Query.all_query(), order, max(FIRST, limit), count=False)
        if len(hits) >= FIRST:
            self._bounds[order] = int(hits[-1][0])
        return hits[:limit]

    def _beyond(self, column: str, order: Sort, after: int) -> Query:
        low, high = (None, after) if order.descending else (after, None)
        if (after == 0 and order.descending) or (after == (1 << 64) - 1):
            return Query.empty_query()
        return Query.range_query(
            self._schema,
            column,
            FieldType.Unsigned,
            low,
            high,
            include_lower=low is None,
            include_upper=high is None,
        )

    def _bodies(self, hits: Iterable[Any]) -> list[Listing]:
        return [msgspec.json.decode(self._searcher.doc(each)["body"][0], type=Listing) for each in hits]

    def _facet(self, query: TrackQuery, name: str) -> tuple[FacetValue, ...]:
        terms = {"terms": {"field": name, "size": MOST_FACET_VALUES}}
        told = self._searcher.aggregate(self._query(query, without=name), {name: terms})
        return tuple(FacetValue(each["key"], each["doc_count"]) for each in told[name]["buckets"])

    def _query(self, query: TrackQuery, without: str | None = None) -> Query:
        must = [self._one_of("filters", terms) for name, terms in query.filters.items() if name != without]
        if query.bpm_min is not None or query.bpm_max is not None:
            must.append(self._range("bpm", query.bpm_min, query.bpm_max))
        low, high = length_bounds(query.length_min, query.length_max)
        if low is not None or high is not None:
            must.append(self._range("length", low, high))
        parts = [(Occur.Must, Query.const_score_query(each, 0.0)) for each in must]
        last = len(query.phrases) - 1
        for place, same in enumerate(query.phrases):
            parts += self._choice(same, typed=place == last)
        if query.order is Sort.RELEVANCE:
            parts += [(Occur.Should, each) for each in self._title(query)]
        return Query.boolean_query(parts) if parts else Query.all_query()

    def _choice(self, same: Sequence[tuple[str, ...]], *, typed: bool) -> list[tuple[Occur, Query]]:
        """What must be there for one phrase of the query; `typed`: its last word may not be complete."""
        asked, *others = same
        parts = self._phrase(asked, typed=typed)
        if not others:
            return parts
        like = [Query.boolean_query(self._phrase(each, typed=False)) for each in others]
        choice = [Query.boolean_query(parts), *(Query.boost_query(each, _SAME) for each in like)]
        return [(Occur.Must, Query.boolean_query([(Occur.Should, each) for each in choice]))]

    def _phrase(self, words: tuple[str, ...], *, typed: bool) -> list[tuple[Occur, Query]]:
        parts: list[tuple[Occur, Query]] = []
        for place, word in enumerate(words):
            open_ended = typed and place == len(words) - 1 and not is_unspaced(word)
            if open_ended:
                start = Query.boost_query(self._term("starts", start_of(word)), _START)
                parts += [(Occur.Must, start), (Occur.Should, self._term("words", stem(word), "freq"))]
            else:
                parts += [(Occur.Must, self._term("words", each, "freq")) for each in asked_terms(word)]
        return parts

    def _title(self, query: TrackQuery) -> Iterable[Query]:
        words = list(query.words)
        yield Query.boost_query(self._term("phrases", whole_title(words)), _WHOLE_TITLE)
        for each in neighbours_of(words):
            yield Query.boost_query(self._term("phrases", each), _NEIGHBOURS)

    def _range(self, column: str, low: int | None, high: int | None) -> Query:
        if low is not None and high is not None and low > high:
            return Query.empty_query()
        return Query.range_query(self._schema, column, FieldType.Unsigned, low, high)

    def _one_of(self, field: str, terms: Sequence[str]) -> Query:
        if len(terms) == 1:
            return self._term(field, terms[0])
        return Query.boolean_query([(Occur.Should, self._term(field, each)) for each in terms])

    def _term(self, field: str, value: str, kept: str = "basic") -> Query:
        return Query.term_query(self._schema, field, value, kept)

    def _corrected(self, query: TrackQuery) -> str | None:
        """The words with each unknown one replaced by what it probably means; None where nothing is known."""
        words = list(query.words)
        unknown = [place for place, word in enumerate(words) if not self._is_known(word)]
        if not unknown:
            return None
        for place in unknown:
            meant = nearest(words[place], self._like(words[place]))
            if meant is None:
                return None
            words[place] = meant
        return " ".join(words)

    def _is_known(self, word: str) -> bool:
        if is_unspaced(word):
            return all(self._searcher.doc_freq("words", each) for each in asked_terms(word))
        return self._searcher.doc_freq("starts", start_of(word)) > 0

    def _like(self, word: str) -> Counter[str]:
        distance = tolerance(word)
        if not distance:
            return Counter()
        fuzzy = Query.fuzzy_term_query(self._schema, "words", stem(word), distance)
        hits = self._searcher.search(fuzzy, CANDIDATES, count=False).hits
        return counted_words(self._bodies(address for _, address in hits))
