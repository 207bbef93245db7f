"""Which tracks sound alike, and what to suggest while somebody types (U-III.I.3)."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct

from allmytracks.catalogue.rules import Listing
from allmytracks.catalogue.rules_search import Found, filter_term
from allmytracks.catalogue.rules_terms import folded, start_of, starts_of, words_of

MOST_SIMILAR = 20
MOST_SUGGESTIONS = 10
MOST_OF_A_KIND = 3  # suggestions of genres, moods, instruments or artists each
SOUND_WEIGHT, TAG_WEIGHT, TEMPO_WEIGHT = 0.6, 0.3, 0.1
_STEPS = 127
_GROUP = 4  # features that are looked up together


class Sound(Struct, frozen=True):
    """A track with the features of its sound, each a whole number from -127 to 127; none where it was not measured."""

    listing: Listing
    features: tuple[int, ...] = ()


class Suggestion(Struct, frozen=True):
    """A search to go on with: `kind` is what the text is (title, artist, genre, mood, instrument)."""

    text: str
    kind: str


def stepped(features: Sequence[float]) -> tuple[int, ...]:
    """Features from -1 to 1 as the index keeps them."""
    return tuple(round(each * _STEPS) for each in features)


def sound_terms(features: Sequence[int]) -> list[str]:
    """Terms that sounds have in common the more often the nearer they are: the signs of each few features."""
    groups = range(0, len(features), _GROUP)
    return [
        f"{place}:{''.join('+' if each > 0 else '-' for each in features[place : place + _GROUP])}" for place in groups
    ]


def tag_terms(listing: Listing) -> list[str]:
    """The filters that describe how it sounds."""
    named = (("genre", listing.genres), ("mood", listing.moods), ("instrument", listing.instruments))
    return [filter_term(name, each) for name, values in named for each in values]


def likeness(one: Sound, other: Sound) -> float:
    """How alike two tracks are, from 0 to 1: by sound where both were measured, by their tags, by tempo."""
    tags, others = set(tag_terms(one.listing)), set(tag_terms(other.listing))
    shared = len(tags & others) / len(tags | others) if tags | others else 0.0
    tempo = _tempo(one.listing.bpm, other.listing.bpm)
    if not one.features or len(one.features) != len(other.features):
        return (TAG_WEIGHT * shared + TEMPO_WEIGHT * tempo) / (TAG_WEIGHT + TEMPO_WEIGHT)
    square = sum((left - right) ** 2 for left, right in zip(one.features, other.features, strict=True))
    sound = 1 / (1 + sqrt(square / len(one.features)) / (_STEPS / 4))
    return SOUND_WEIGHT * sound + TAG_WEIGHT * shared + TEMPO_WEIGHT * tempo


def _tempo(one: int | None, other: int | None) -> float:
    return 0.0 if one is None or other is None else max(0.0, 1 - abs(one - other) / 40)


def most_alike(one: Sound, others: Sequence[Sound], limit: int) -> list[Listing]:
    """The tracks that are most like one, of its kind, without itself."""
    same = [each for each in others if each.listing.id != one.listing.id and each.listing.kind is one.listing.kind]
    ranked = sorted(same, key=lambda each: (-likeness(one, each), each.listing.id))
    return [each.listing for each in ranked[:limit]]


def suggestions_of(text: str, found: Found) -> list[Suggestion]:
    """How a search may go on, from what it finds now: tags and artists that begin like it, then titles."""
    words = words_of(found.corrected or text)
    if not words:
        return []
    begun = start_of(words[-1])

    def begins(value: str) -> bool:
        return begun in starts_of(words_of(value)) or folded(value).startswith(words[-1])

    named = {kind: [each.value for each in found.facets.get(kind, ())] for kind in ("genre", "mood", "instrument")}
    named["artist"] = [each.artist for each in found.items]
    made = []
    for kind, values in named.items():
        fitting = [each for each in dict.fromkeys(values) if begins(each)]
        made += [Suggestion(each, kind) for each in fitting[:MOST_OF_A_KIND]]
    titles = [Suggestion(each, "title") for each in dict.fromkeys(track.title for track in found.items)]
    return [*made, *titles][:MOST_SUGGESTIONS]
