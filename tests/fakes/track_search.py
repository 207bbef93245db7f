"""In-memory search: the same words and filters, matched one by one, with a simpler rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Listing, Track, TrackNotFound, listing_of
from allmytracks.catalogue.rules_search import (
    COUNTED,
    FIELD_WEIGHTS,
    MOST_FACET_VALUES,
    FacetValue,
    Found,
    Position,
    Sort,
    TrackQuery,
    counted_words,
    facet_values,
    fields_of,
    filter_terms,
    found_or_corrected,
    sort_key,
)
from allmytracks.catalogue.rules_similar import Sound, most_alike, sound_terms, stepped, tag_terms
from allmytracks.catalogue.rules_terms import (
    asked_terms,
    indexed_terms,
    is_unspaced,
    nearest,
    start_of,
    starts_of,
    stem,
)


@dataclass
class MemoryTrackSearch:
    """Index and search in one."""

    tracks: list[Track] = field(default_factory=list)

    def update(self, tracks: Tracks, track_ids: Sequence[str]) -> int:
        if not self.tracks:
            return self.rebuild(tracks)
        current = tracks.several(track_ids)
        left = [track for track in self.tracks if track.id not in set(track_ids)]
        self.tracks = [*left, *(track for track in current.values() if track.withdrawn_at is None)]
        return len(self.tracks)

    def rebuild(self, tracks: Tracks) -> int:
        self.tracks = [track for track in tracks.all() if track.withdrawn_at is None]
        return len(self.tracks)

    def similar(self, track_id: str, limit: int) -> list[Listing]:
        sounds = {track.id: Sound(listing_of(track), stepped(track.features)) for track in self.tracks}
        if track_id not in sounds:
            raise TrackNotFound("There is no such track.")
        one = sounds[track_id]
        near = [each for each in sounds.values() if _shares(one, each)]
        return most_alike(one, near, limit)

    def listings(self, track_ids: Sequence[str]) -> dict[str, Listing]:
        return {track.id: listing_of(track) for track in self.tracks if track.id in set(track_ids)}

    def explain(self, query: TrackQuery, track_id: str) -> Mapping[str, object] | None:
        found = [track for track in self.tracks if track.id == track_id and _fits(query, track)]
        return {"value": _rank(query, found[0])} if found else None

    def find(self, query: TrackQuery) -> Found:
        return found_or_corrected(query, self._find, self._corrected)

    def _find(self, query: TrackQuery, after: int | None) -> Found:
        order = query.order
        fitting = [track for track in self.tracks if _fits(query, track)]
        newest = sorted(fitting, key=lambda track: _key(track, Sort.NEWEST), reverse=True)
        if order is Sort.RELEVANCE:
            before = after or 0
            ranked = sorted(newest, key=lambda track: -_rank(query, track))[before:]
            cursor = Position(order, before + query.limit).cursor()
        else:
            ranked = sorted(fitting, key=lambda track: _key(track, order), reverse=order.descending)
            ranked = [track for track in ranked if after is None or _is_beyond(_key(track, order), after, order)]
            cursor = Position(order, _key(ranked[: query.limit][-1], order)).cursor() if ranked else ""
        return Found(
            [listing_of(track) for track in ranked[: query.limit]],
            cursor if len(ranked) > query.limit else None,
            min(len(fitting), COUNTED),
            exact=len(fitting) <= COUNTED,
            facets={name: self._facet(query, name) for name in query.facets},
        )

    def _facet(self, query: TrackQuery, name: str) -> tuple[FacetValue, ...]:
        fitting = [track for track in self.tracks if _fits(query, track, without=name)]
        counted = Counter(value for track in fitting for value in facet_values(listing_of(track))[name])
        ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(FacetValue(value, count) for value, count in ordered[:MOST_FACET_VALUES])

    def _corrected(self, query: TrackQuery) -> str | None:
        words = list(query.words)
        listings = [listing_of(track) for track in self.tracks]
        unknown = [word for word in words if not any(_knows(listing, word) for listing in listings)]
        known = counted_words(listings)
        meant = {word: nearest(word, known) for word in unknown}
        if not meant or None in meant.values():
            return None
        return " ".join(meant.get(word) or word for word in words)


def _shares(one: Sound, other: Sound) -> bool:
    tags = set(tag_terms(one.listing)) & set(tag_terms(other.listing))
    return bool(tags or set(sound_terms(one.features)) & set(sound_terms(other.features)))


def _key(track: Track, order: Sort) -> int:
    return sort_key(listing_of(track), order, track.uses)


def _is_beyond(key: int, after: int, order: Sort) -> bool:
    return key < after if order.descending else key > after


def _words(listing: Listing) -> list[str]:
    return [word for words in fields_of(listing).values() for word in words]


def _knows(listing: Listing, word: str) -> bool:
    if is_unspaced(word):
        return set(asked_terms(word)) <= set(indexed_terms(_words(listing)))
    return start_of(word) in starts_of(_words(listing))


def _fits(query: TrackQuery, track: Track, without: str | None = None) -> bool:
    listing = listing_of(track)
    words, kept = _words(listing), set(filter_terms(listing))
    terms, starts = set(indexed_terms(words)), starts_of(words)
    low, high = query.length_min, query.length_max
    return (
        all(
            _has(same, terms, starts, typed=place == len(query.phrases) - 1) for place, same in enumerate(query.phrases)
        )
        and all(kept & set(wanted) for name, wanted in query.filters.items() if name != without)
        and (query.bpm_min is None or (track.bpm is not None and track.bpm >= query.bpm_min))
        and (query.bpm_max is None or (track.bpm is not None and track.bpm <= query.bpm_max))
        and (low is None or track.duration_seconds >= low)
        and (high is None or track.duration_seconds <= high)
    )


def _has(same: Sequence[tuple[str, ...]], terms: set[str], starts: set[str], *, typed: bool) -> bool:
    asked, *others = same
    *before, last = asked
    whole = all(each in terms for word in before for each in asked_terms(word))
    ended = (
        start_of(last) in starts
        if typed and not is_unspaced(last)
        else all(each in terms for each in asked_terms(last))
    )
    return (whole and ended) or any(
        all(each in terms for word in other for each in asked_terms(word)) for other in others
    )


def _rank(query: TrackQuery, track: Track) -> float:
    fields = fields_of(listing_of(track))
    return sum(
        weight * (word in terms or (not is_unspaced(word) and stem(word) in terms)) / (1 + len(fields[name]))
        for name, weight in FIELD_WEIGHTS.items()
        for terms in [set(indexed_terms(fields[name]))]
        for word in query.words
    )
