"""Request and response bodies of the catalogue's routes (api.md)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from allmytracks.catalogue.rules import Listing, Track, TrackKind, listing_of
from allmytracks.catalogue.rules_search import FACETS, MOST_VALUES, Found, Sort, TrackQuery
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.links import Link

_FACETS = rf"^(({'|'.join(FACETS)})(,|$))*$"
Bpm = Annotated[int, Meta(ge=1, le=999)]


# Values of one filter, separated by commas.
Words = Annotated[str, Meta(max_length=500)]
Length = Annotated[float, Meta(gt=0, le=86400)]


class TracksQuery(msgspec.Struct):
    """Words (`q`) and filters, of which a track must match all; lengths in seconds.

    `genre`, `mood`, `instrument`, `key` and `artist` take several values, separated by commas, of which a track must
    have one. `usable_for` is a purpose, as GET /v1/plans has them: where the plan of the caller (send their token), or
    without a membership every plan on sale, prohibits it, nothing is found.
    """

    q: Annotated[str, Meta(max_length=200)] = ""
    kind: TrackKind | None = None
    genre: Words = ""
    mood: Words = ""
    instrument: Words = ""
    key: Words = ""
    artist: Words = ""
    bpm_min: Bpm | None = None
    bpm_max: Bpm | None = None
    length_min: Length | None = None
    length_max: Length | None = None
    usable_for: Annotated[str, Meta(max_length=64)] = ""
    facets: Annotated[
        str, Meta(pattern=_FACETS, description="genre, mood, instrument or kind, separated by commas")
    ] = ""
    sort: Sort = Sort.RELEVANCE
    cursor: Annotated[str, Meta(max_length=300)] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 24

    def to_query(self) -> TrackQuery:
        """The query as a domain object."""
        return TrackQuery(
            text=self.q,
            kinds=(self.kind,) if self.kind else (),
            genres=_values(self.genre),
            moods=_values(self.mood),
            instruments=_values(self.instrument),
            keys=_values(self.key),
            artists=_values(self.artist),
            bpm_min=self.bpm_min,
            bpm_max=self.bpm_max,
            length_min=self.length_min,
            length_max=self.length_max,
            facets=tuple(dict.fromkeys(_values(self.facets))),
            sort=self.sort,
            cursor=self.cursor,
            limit=self.limit,
        )


def _values(text: str) -> tuple[str, ...]:
    return tuple(each for part in text.split(",")[:MOST_VALUES] if (each := part.strip()))


class TrackAnswer(msgspec.Struct):
    """One track; `renditions` are the forms that it comes in."""

    track_id: str
    title: str
    artist: str
    kind: Literal["music", "sound_effect"]
    genres: list[str]
    moods: list[str]
    instruments: list[str]
    bpm: int | None
    key: str | None
    duration_seconds: float
    renditions: list[str]
    added_at: str


class FacetAnswer(msgspec.Struct):
    """How many of the tracks that were found have the value."""

    value: str
    count: int


class PreviewAnswer(msgspec.Struct):
    """A link to the preview, which ends at `url_expires_at`."""

    url: str
    url_expires_at: str


def preview_answer(link: Link) -> PreviewAnswer:
    """A preview's link in a response."""
    return PreviewAnswer(link.url, rfc3339(link.expires_at))


class WaveformAnswer(msgspec.Struct):
    """Peaks of the preview, as audiowaveform writes them: `length` pairs of the least and the greatest sample.

    Each pair is of `samples_per_pixel` samples; of several channels they are taken together.
    """

    version: int
    channels: int
    sample_rate: int
    samples_per_pixel: int
    bits: int
    length: int
    data: list[int]


class UsableAnswer(msgspec.Struct):
    """How far the tracks may be used for the purpose: `yes`, for the caller's own `personal` work only, or `no`.

    By the caller's `plan`; without a membership (null), by the best of the plans on sale. `plans` permit it at all.
    """

    purpose: str
    plan: str | None
    right: str
    plans: list[str]


class TracksAnswer(msgspec.Struct):
    """A page of tracks; no `next_cursor` after the last one.

    `total` is exact, or, where `total_is` says `at least`, all that were counted. `facets`: those asked for, each as if
    its own filter were not given. `corrected`: what was searched for instead of `q`, which nothing matches.
    `usable`: what the filter `usable_for` went by.
    """

    items: list[TrackAnswer]
    next_cursor: str | None
    total: int
    total_is: Literal["exact", "at least"]
    facets: dict[str, list[FacetAnswer]]
    corrected: str | None
    usable: UsableAnswer | None = None


class TrackListAnswer(msgspec.Struct):
    """Tracks, the most fitting first."""

    items: list[TrackAnswer]


class FavouritesQuery(msgspec.Struct):
    """A page of 1 to 100 favourites."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Annotated[str, Meta(max_length=300)] | None = None


class FavouritesAnswer(msgspec.Struct):
    """A page of favourites; withdrawn tracks are left out. No `next_cursor` after the last page."""

    items: list[TrackAnswer]
    next_cursor: str | None


class SuggestionsQuery(msgspec.Struct):
    """What was typed so far."""

    q: Annotated[str, Meta(max_length=200)] = ""


class SuggestionAnswer(msgspec.Struct):
    """A text to search for, and what it is."""

    text: str
    kind: Literal["title", "artist", "genre", "mood", "instrument"]


class SuggestionsAnswer(msgspec.Struct):
    """Suggestions, at most 10."""

    items: list[SuggestionAnswer]


def tracks_answer(found: Found) -> TracksAnswer:
    """What was found as the website reads it."""
    return TracksAnswer(
        items=[listing_answer(track) for track in found.items],
        next_cursor=found.next_cursor,
        total=found.total,
        total_is="exact" if found.exact else "at least",
        facets={
            name: [FacetAnswer(each.value, each.count) for each in values] for name, values in found.facets.items()
        },
        corrected=found.corrected,
    )


class OperatorTrackAnswer(TrackAnswer, kw_only=True):
    """One track as an operator sees it; a withdrawn one is neither found nor sold."""

    withdrawn_at: str | None
    composer: str | None
    isrc: str | None
    performing_rights: str | None
    bpm_confidence: float | None
    key_confidence: float | None
    loudness_lufs: float | None
    lyrics_language: str | None
    explicit: bool | None
    signature: str | None
    companions: list[str]


class RebuildAnswer(msgspec.Struct):
    """Whether the search index will be rebuilt."""

    rebuild: Literal["requested"]


class ReindexingAnswer(msgspec.Struct):
    """How many tracks a new search index has read, and whether it is in force now; else the same request goes on."""

    read: int
    finished: bool


class ExplanationQuery(msgspec.Struct):
    """Words of a search, and a track that it finds."""

    q: Annotated[str, Meta(min_length=1, max_length=200)]
    track_id: Annotated[str, Meta(min_length=1, max_length=100)]


class ExplanationAnswer(msgspec.Struct):
    """How the track's rank came about, as the engine tells it: each part with its value and details."""

    q: str
    track_id: str
    explanation: dict[str, object]


class OperatorTracksAnswer(msgspec.Struct):
    """A page of tracks, the withdrawn among them."""

    items: list[OperatorTrackAnswer]
    next_cursor: str | None


def operator_track_answer(track: Track) -> OperatorTrackAnswer:
    """A track as an operator sees it."""
    withdrawn_at = rfc3339(track.withdrawn_at) if track.withdrawn_at else None
    seen = msgspec.structs.asdict(track_answer(track)) | {"bpm": track.bpm, "key": track.key}
    return OperatorTrackAnswer(
        **seen,
        withdrawn_at=withdrawn_at,
        composer=track.composer,
        isrc=track.isrc,
        performing_rights=track.performing_rights,
        bpm_confidence=track.bpm_confidence,
        key_confidence=track.key_confidence,
        loudness_lufs=track.loudness_lufs,
        lyrics_language=track.lyrics_language,
        explicit=track.explicit,
        signature=track.signature,
        companions=[each.format for each in track.companions],
    )


def track_answer(track: Track) -> TrackAnswer:
    """A track as the website reads it."""
    return listing_answer(listing_of(track))


def listing_answer(track: Listing) -> TrackAnswer:
    """A listing as the website reads it."""
    return TrackAnswer(
        track_id=track.id,
        title=track.title,
        artist=track.artist,
        kind=track.kind.value,
        genres=list(track.genres),
        moods=list(track.moods),
        instruments=list(track.instruments),
        bpm=track.bpm,
        key=track.key,
        duration_seconds=track.duration_seconds,
        renditions=list(track.renditions),
        added_at=rfc3339(track.added_at),
    )
