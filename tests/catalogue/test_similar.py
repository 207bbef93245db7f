"""Tracks that sound alike, and suggestions while somebody types."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from allmytracks.catalogue.rules import Track, TrackKind, listing_of
from allmytracks.catalogue.rules_search import FacetValue, Found
from allmytracks.catalogue.rules_similar import (
    Sound,
    Suggestion,
    likeness,
    sound_terms,
    stepped,
    suggestions_of,
)
from allmytracks.catalogue.tantivy_documents import HEAP_OF_A_CHANGE, create, write
from allmytracks.catalogue.tantivy_folder import SearchFolder
from tests.factories.catalogue import track

FAMILIES, EACH = 40, 10


def sound_of(each: Track) -> Sound:
    return Sound(listing_of(each), stepped(each.features))


def families() -> list[Track]:
    """Families of tracks whose sounds are near each other; tags tell them apart only in part."""
    chance = random.Random(7)  # noqa: S311 - made-up sounds
    made = []
    for family in range(FAMILIES):
        middle = [chance.uniform(-0.8, 0.8) for _ in range(16)]
        genre, tempo = f"Genre {family % 8}", chance.randint(70, 160)
        for number in range(EACH):
            features = tuple(min(1.0, max(-1.0, each + chance.gauss(0, 0.08))) for each in middle)
            made.append(
                track(f"{family} {number}", genres=(genre,), moods=(), instruments=(), features=features, bpm=tempo)
            )
    return made


def test_known_neighbours_are_found_first(tmp_path: Path) -> None:
    tracks = families()
    write(create(tmp_path), tracks, heap=HEAP_OF_A_CHANGE)
    folder = SearchFolder(tmp_path)
    right = 0
    for each in tracks[::EACH]:
        own = {other.id for other in tracks if other.title.split()[0] == each.title.split()[0]}
        found = folder.similar(each.id, EACH - 1)
        assert each.id not in {other.id for other in found}
        right += sum(other.id in own for other in found)
    assert right / (FAMILIES * (EACH - 1)) > 0.95


def test_likeness_is_symmetric_and_greatest_with_itself() -> None:
    one, other = track("One", features=(0.5,) * 16), track("Two", features=(-0.5,) * 16, genres=("Rock",), bpm=200)
    assert likeness(sound_of(one), sound_of(one)) == pytest.approx(1)
    assert likeness(sound_of(one), sound_of(other)) == likeness(sound_of(other), sound_of(one)) < 0.5
    assert likeness(sound_of(track("a")), sound_of(track("b"))) == 1  # not measured: the same tags and tempo
    assert sound_terms(stepped((0.5,) * 8)) == ["0:++++", "4:++++"]
    assert sound_terms(()) == []


def test_a_near_tempo_is_likelier_than_a_far_one_and_an_unknown_one_counts_as_far() -> None:
    one = sound_of(track("One", bpm=100))
    alike = [likeness(one, sound_of(track("Two", bpm=bpm))) for bpm in (100, 110, 139, 140, 180, None)]
    assert alike == sorted(alike, reverse=True)
    assert alike[1] > alike[2] > alike[3] == alike[4] == alike[5]


def test_other_kinds_are_never_similar(tmp_path: Path) -> None:
    write(create(tmp_path), [track("One"), track("Two", kind=TrackKind.SOUND_EFFECT)], heap=HEAP_OF_A_CHANGE)
    assert SearchFolder(tmp_path).similar(track("One").id, 5) == []


def test_suggestions_are_tags_and_artists_that_begin_so_and_then_titles() -> None:
    listings = [listing_of(track(title, artist="The Rainmen")) for title in ("Rain on Tin", "Rain on Tin", "Autumn")]
    facets = {"genre": (FacetValue("Rainy", 2), FacetValue("Ambient", 9))}
    assert suggestions_of("autumn rai", Found(listings, None, 3, facets=facets)) == [
        Suggestion("Rainy", "genre"),
        Suggestion("The Rainmen", "artist"),
        Suggestion("Rain on Tin", "title"),
        Suggestion("Autumn", "title"),
    ]
    assert suggestions_of("  ", Found(listings, None, 3)) == []


def test_suggestions_are_of_the_corrected_words_and_few_of_a_kind() -> None:
    listings = [listing_of(track(f"Rain {number}", artist="Ada")) for number in range(12)]
    facets = {"mood": tuple(FacetValue(f"Rainy {number}", 1) for number in range(5))}
    found = suggestions_of("riain", Found(listings, None, 12, facets=facets, corrected="rain"))
    assert [each.kind for each in found] == ["mood"] * 3 + ["title"] * 7
