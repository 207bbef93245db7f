"""Tracks in DynamoDB and in memory, and the cache before them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from allmytracks.catalogue.cached_tracks import CachedTracks
from allmytracks.catalogue.dynamodb import DynamoTracks
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import (
    DuplicateTrack,
    Holder,
    Origin,
    Rendition,
    Track,
    TrackChanges,
    TrackKind,
    TrackNotFound,
    check_track,
    listing_of,
)
from allmytracks.catalogue.schemas_imports import TrackChangesForm
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import InvalidFields, Unavailable
from tests.factories.catalogue import NOW, origin, sha, track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.foundation import FixedClock


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def tracks(request: pytest.FixtureRequest) -> Tracks:
    if request.param == "memory":
        return MemoryTracks()
    return DynamoTracks(request.getfixturevalue("catalog_table"))


def test_a_track_is_read_back_as_stored(tracks: Tracks) -> None:
    full = track("Full", title="Żółć 夜", kind=TrackKind.SOUND_EFFECT, genres=("A", "B"), duration_seconds=0.25)
    bare = track("Bare", genres=(), moods=(), instruments=(), bpm=None, key=None)
    assert tracks.add(full, origin("Full"))
    assert tracks.add(bare, origin("Bare"))
    assert tracks.get(full.id) == full
    assert tracks.get(bare.id) == bare
    assert sorted(each.id for each in tracks.all()) == sorted([full.id, bare.id])


def test_what_was_measured_of_a_track_is_read_back_as_stored(tracks: Tracks) -> None:
    waveform = Rendition("waveform", "tracks/x/waveform.json", "application/json", 900, sha("peaks"))
    measured = track(
        "Measured",
        bpm_confidence=0.42,
        key_confidence=1.0,
        loudness_lufs=-14.25,
        lyrics_language="zh-Hant",
        explicit=False,
        features=(0.5, -1.0, 0.0, 1.0) * 4,
        signature="0f" * 32,
        companions=(waveform,),
    )
    assert tracks.add(measured, origin("Measured"))
    assert tracks.get(measured.id) == measured
    said = TrackChanges({"bpm": 90, "bpm_confidence": None, "explicit": True, "loudness_lufs": -9.0})
    changed = tracks.edit(measured.id, said)
    assert (changed.bpm, changed.bpm_confidence, changed.explicit, changed.loudness_lufs) == (90, None, True, -9.0)
    assert tracks.get(measured.id) == changed


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration_seconds": 0.0},
        {"duration_seconds": 86_400.0},
        {"bpm": 1_000},
        {"isrc": "GBAYE680001"},
        {"bpm_confidence": 1.5},
        {"key_confidence": -0.1},
        {"loudness_lufs": 99.0},
        {"lyrics_language": "English!"},
        {"features": (0.5,)},
        {"signature": "0f"},
        {"features": (2.0,) * 16},
    ],
)
def test_what_cannot_have_been_measured_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidFields) as refused:
        check_track(track("Odd", **wrong))
    assert [each.field for each in refused.value.problems] == list(wrong)


def test_an_unsure_estimate_is_neither_shown_nor_found() -> None:
    unsure = track("Unsure", bpm=61, bpm_confidence=0.69, key="Am", key_confidence=0.3)
    assert (listing_of(unsure).bpm, listing_of(unsure).key) == (None, None)
    sure = track("Sure", bpm=120, bpm_confidence=0.7, key="Am")
    assert (listing_of(sure).bpm, listing_of(sure).key) == (120, "Am")


def test_an_operators_word_is_sure() -> None:
    form = msgspec.convert({"bpm": 60, "key": "Em", "isrc": "gb-aye-68-00011"}, TrackChangesForm)
    said = form.to_changes().of(track("Unsure", bpm=61, bpm_confidence=0.2, key="Am", key_confidence=0.3))
    assert (said.shown_bpm, said.shown_key, said.isrc) == (60, "Em", "GBAYE6800011")


def test_an_unknown_track_is_not_found(tracks: Tracks) -> None:
    with pytest.raises(TrackNotFound):
        tracks.get("trk_unknown")


def test_adding_again_changes_nothing(tracks: Tracks) -> None:
    one = track("One")
    assert tracks.add(one, origin("One"))
    assert not tracks.add(replace(one, title="Other"), origin("One"))
    assert tracks.get(one.id).title == "One"


def test_the_same_file_never_becomes_two_tracks(tracks: Tracks) -> None:
    one, other = track("One"), track("Other")
    tracks.add(one, origin("One"))
    shared = Origin("imp_2", "copy.wav", (sha("Other"), sha("One.mp3")))
    with pytest.raises(DuplicateTrack) as refused:
        tracks.add(other, shared)
    assert refused.value.extra == {"track_id": one.id, "path": "One.wav"}
    assert [each.id for each in tracks.all()] == [one.id]
    # Nothing of the refused track stays: its own checksum is free.
    assert tracks.holders([sha("Other"), sha("One")]) == {sha("One"): Holder(one.id, "imp_1", "One.wav")}


def test_pages_hold_every_track_once(tracks: Tracks) -> None:
    ids = {each.id for each in (track(f"Track {number}") for number in range(7))}
    for number in range(7):
        tracks.add(track(f"Track {number}"), origin(f"Track {number}"))
    found: list[Track] = []
    cursor: str | None = None
    for _ in range(8):
        page = tracks.page(limit=3, cursor=cursor)
        assert len(page.items) <= 3
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(each.id for each in found) == sorted(ids)


@pytest.mark.parametrize("cursor", ["ć", "_w"])
def test_a_cursor_that_is_none_is_refused(tracks: Tracks, cursor: str) -> None:
    with pytest.raises(InvalidFields):
        tracks.page(limit=3, cursor=cursor)


@pytest.mark.dynamodb
def test_raced_from_many_threads_one_file_is_one_track(catalog_table: Table) -> None:
    def attempt(number: int) -> bool:
        tracks = DynamoTracks(catalog_table)
        candidate = track(f"Candidate {number % 4}")
        while True:
            try:
                return tracks.add(candidate, Origin("imp_1", f"{number}.wav", (sha("the one file"),)))
            except DuplicateTrack:
                return False
            except Unavailable:
                continue  # two transactions met; the same request may be sent again

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(24)))
    assert outcomes.count(True) == 1
    held = DynamoTracks(catalog_table).holders([sha("the one file")])[sha("the one file")]
    assert [each.id for each in DynamoTracks(catalog_table).all()] == [held.track_id]


class CountedTracks(MemoryTracks):
    """Counts reads."""

    asked = 0

    def get(self, track_id: str) -> Track:
        self.asked += 1
        return super().get(track_id)


def cached(size: int = 2) -> tuple[CountedTracks, CachedTracks, FixedClock]:
    source, clock = CountedTracks(), FixedClock(NOW)
    for name in ("One", "Two", "Three"):
        source.add(track(name), origin(name))
    return source, CachedTracks(source, clock, size=size, fresh_for=timedelta(minutes=5)), clock


def test_a_cached_track_is_not_read_again() -> None:
    source, tracks, clock = cached()
    for _ in range(5):
        assert tracks.get(track("One").id) == track("One")
    assert source.asked == 1
    clock.advance(minutes=5)
    tracks.get(track("One").id)
    assert source.asked == 2


def test_the_cache_keeps_the_tracks_used_last() -> None:
    source, tracks, _ = cached()
    for name in ("One", "Two", "One", "Three", "One"):
        tracks.get(track(name).id)
    assert source.asked == 3
    tracks.get(track("Two").id)
    assert source.asked == 4


def test_a_missing_track_is_not_remembered_as_missing() -> None:
    source, tracks, _ = cached()
    with pytest.raises(TrackNotFound):
        tracks.get(track("Four").id)
    source.add(track("Four"), origin("Four"))
    assert tracks.get(track("Four").id) == track("Four")


def test_an_edit_changes_what_it_names_alone(tracks: Tracks) -> None:
    one = track("One", key="Em", bpm=90)
    tracks.add(one, origin("One"))
    tracks.withdraw(one.id, NOW)
    changed = tracks.edit(one.id, TrackChanges({"title": "夜", "moods": ("Calm",), "bpm": None, "kind": one.kind}))
    assert changed == tracks.get(one.id)
    assert changed == replace(one, title="夜", moods=("Calm",), bpm=None, withdrawn_at=NOW)
    assert tracks.edit(one.id, TrackChanges({})) == changed
    assert tracks.holders([sha("One")]) == {sha("One"): Holder(one.id, "imp_1", "One.wav")}


def test_a_withdrawal_keeps_its_first_instant_and_is_taken_back(tracks: Tracks) -> None:
    one = track("One")
    tracks.add(one, origin("One"))
    assert tracks.withdraw(one.id, NOW).withdrawn_at == NOW
    assert tracks.withdraw(one.id, NOW + timedelta(days=1)).withdrawn_at == NOW
    assert [each.withdrawn_at for each in tracks.all()] == [NOW]
    for _ in range(2):
        assert tracks.restore(one.id) == one == tracks.get(one.id)


def test_what_is_not_there_is_not_changed(tracks: Tracks) -> None:
    with pytest.raises(TrackNotFound):
        tracks.edit("trk_unknown", TrackChanges({"title": "One"}))
    with pytest.raises(TrackNotFound):
        tracks.withdraw("trk_unknown", NOW)
    with pytest.raises(TrackNotFound):
        tracks.restore("trk_unknown")
    assert list(tracks.all()) == []


def test_the_cache_shows_its_own_changes_at_once() -> None:
    source, one = MemoryTracks(), track("One")
    cached = CachedTracks(source, FixedClock(NOW))
    cached.add(one, origin("One"))
    assert cached.get(one.id) == one
    cached.withdraw(one.id, NOW)
    assert cached.get(one.id).withdrawn_at == NOW
    cached.restore(one.id)
    cached.edit(one.id, TrackChanges({"title": "Two"}))
    assert cached.get(one.id) == replace(one, title="Two")
