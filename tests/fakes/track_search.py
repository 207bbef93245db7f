"""In-memory search: the same words and filters, matched one by one, with a simpler rank."""

from __future__ import annotations

from dataclasses import dataclass, field

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Listing, Track, listing_of
from allmytracks.catalogue.rules_search import (
    FIELD_WEIGHTS,
    Position,
    TrackQuery,
    fields_of,
    folded,
    position_of,
)
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page


@dataclass
class MemoryTrackSearch:
    """Index and search in one."""

    tracks: list[Track] = field(default_factory=list)

    def rebuild(self, tracks: Tracks) -> int:
        self.tracks = [track for track in tracks.all() if track.withdrawn_at is None]
        return len(self.tracks)

    def find(self, query: TrackQuery) -> Page[Listing]:
        after = position_of(query.cursor) if query.cursor else None
        newest = sorted(self.tracks, key=lambda track: (rfc3339(track.added_at), track.id), reverse=True)
        placed = [
            (Position(_rank(query, each), rfc3339(each.added_at), each.id), each)
            for each in newest
            if _fits(query, each)
        ]
        placed.sort(key=lambda pair: pair[0].rank)
        rest = [(position, track) for position, track in placed if after is None or _is_beyond(position, after)]
        kept = rest[: query.limit]
        cursor = kept[-1][0].cursor() if len(rest) > query.limit else None
        return Page([listing_of(track) for _, track in kept], cursor)


def _is_beyond(position: Position, after: Position) -> bool:
    if position.rank != after.rank:
        return position.rank > after.rank
    return (position.added_at, position.track_id) < (after.added_at, after.track_id)


def _fits(query: TrackQuery, track: Track) -> bool:
    words = [word for field_words in fields_of(track).values() for word in field_words]
    return (
        all(_weight(word, words) for word in query.words)
        and (query.kind is None or track.kind is query.kind)
        and _has(query.genre, track.genres)
        and _has(query.mood, track.moods)
        and (query.bpm_min is None or (track.bpm is not None and track.bpm >= query.bpm_min))
        and (query.bpm_max is None or (track.bpm is not None and track.bpm <= query.bpm_max))
        and (query.length_max is None or track.duration_seconds <= query.length_max)
    )


def _has(wanted: str | None, values: tuple[str, ...]) -> bool:
    return wanted is None or folded(wanted).strip() in {folded(each).strip() for each in values}


def _weight(word: str, words: list[str]) -> int:
    """How often a word of the query is there: as a beginning, or whole where it is one letter."""
    return sum(each == word if len(word) == 1 else each.startswith(word) for each in words)


def _rank(query: TrackQuery, track: Track) -> float:
    if not query.ranked:
        return 0.0
    fields = fields_of(track)
    return -sum(
        weight * _weight(word, fields[name]) / (1 + len(fields[name]))
        for name, weight in FIELD_WEIGHTS.items()
        for word in query.words
    )
