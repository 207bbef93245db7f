"""The search over SQLite, in S3 and in memory: the same words, filters, order and cursors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from msgspec.structs import replace

from allmytracks.catalogue.ports import TrackSearch
from allmytracks.catalogue.rules import Track, TrackKind, listing_of
from allmytracks.catalogue.rules_search import Sort, TrackQuery
from allmytracks.catalogue.sqlite import CHECK_EVERY, KEY, SqliteSearchIndex, SqliteTrackSearch
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.foundation.paging import make_cursor
from tests.factories.catalogue import NOW, later, track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.foundation import FixedClock
from tests.fakes.track_search import MemoryTrackSearch

BUCKET = "documents-of-this-test"


class Find(Protocol):
    def __call__(self, tracks: list[Track]) -> TrackSearch: ...


@pytest.fixture
def bucket() -> Iterator[str]:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-east-1"})
        yield BUCKET


def stored(tracks: list[Track]) -> MemoryTracks:
    return MemoryTracks({each.id: each for each in tracks})


@pytest.fixture
def sqlite_search(bucket: str, tmp_path: Path) -> Iterator[Callable[..., SqliteTrackSearch]]:
    """Makes readers of the search file, and closes them."""
    with ExitStack() as opened:
        yield lambda clock=None: opened.enter_context(
            closing(SqliteTrackSearch(bucket, clock or FixedClock(NOW), tmp_path))
        )


@pytest.fixture(params=["memory", "sqlite"])
def search_over(request: pytest.FixtureRequest, bucket: str, sqlite_search: Callable[..., SqliteTrackSearch]) -> Find:
    def over(tracks: list[Track]) -> TrackSearch:
        if request.param == "memory":
            memory = MemoryTrackSearch()
            memory.rebuild(stored(tracks))
            return memory
        SqliteSearchIndex(bucket).rebuild(stored(tracks))
        return sqlite_search()

    return over


LIBRARY = [
    track("Night Drive", genres=("Electronic", "Drum & Bass"), moods=("Dark",), bpm=174, added_at=later(1)),
    track("Café de l'Été", genres=("Jazz",), moods=("Happy",), bpm=120, instruments=("Guitar",), added_at=later(2)),
    track("夜曲 Nocturne", artist="Żółć", genres=("Classical",), bpm=None, duration_seconds=240.0, added_at=later(3)),
    track("Glass Break", kind=TrackKind.SOUND_EFFECT, genres=("Night",), bpm=None, duration_seconds=1.2),
    track("Drive", genres=("Rock",), moods=("Dark", "Happy"), bpm=140, added_at=later(5)),
]


def titles(search: TrackSearch, **query: object) -> list[str]:
    return [each.title for each in search.find(TrackQuery(**query)).items]  # type: ignore[arg-type]  # by name


@pytest.mark.clause("U-III.I.3")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"Night Drive", "Café de l'Été", "夜曲 Nocturne", "Glass Break", "Drive"}),
        ({"text": "drive"}, {"Night Drive", "Drive"}),
        ({"text": "DRI"}, {"Night Drive", "Drive"}),
        ({"text": "drive night"}, {"Night Drive"}),
        ({"text": "cafe ete"}, {"Café de l'Été"}),
        ({"text": "guitar"}, {"Café de l'Été"}),
        ({"text": "曲"}, {"夜曲 Nocturne"}),
        ({"text": "夜曲"}, {"夜曲 Nocturne"}),
        ({"text": "zołc"}, {"夜曲 Nocturne"}),
        ({"text": "nothing like it"}, set()),
        ({"kind": TrackKind.SOUND_EFFECT}, {"Glass Break"}),
        ({"text": "night", "kind": TrackKind.MUSIC}, {"Night Drive"}),
        ({"genre": "drum & bass"}, {"Night Drive"}),
        ({"genre": "drum"}, set()),
        ({"mood": "HAPPY"}, {"Café de l'Été", "Drive"}),
        ({"mood": "Happy", "genre": "Rock"}, {"Drive"}),
        ({"bpm_min": 130}, {"Night Drive", "Drive"}),
        ({"bpm_min": 120, "bpm_max": 140}, {"Café de l'Été", "Drive"}),
        ({"length_max": 60}, {"Glass Break"}),
        ({"length_max": 60, "text": "drive"}, set()),
    ],
)
def test_words_and_filters(search_over: Find, query: dict[str, object], expected: set[str]) -> None:
    assert set(titles(search_over(LIBRARY), **query)) == expected


def test_newest_first_without_words(search_over: Find) -> None:
    search = search_over(LIBRARY)
    expected = ["Drive", "夜曲 Nocturne", "Café de l'Été", "Night Drive", "Glass Break"]
    assert titles(search) == expected
    assert titles(search, sort=Sort.NEWEST) == expected


def test_a_title_says_more_than_a_genre(search_over: Find) -> None:
    assert titles(search_over(LIBRARY), text="night") == ["Night Drive", "Glass Break"]
    assert titles(search_over(LIBRARY), text="night", sort=Sort.NEWEST) == ["Night Drive", "Glass Break"]


def test_a_listing_is_read_back_complete(search_over: Find) -> None:
    assert list(search_over(LIBRARY).find(TrackQuery(text="nocturne")).items) == [listing_of(LIBRARY[2])]


def walk(search: TrackSearch, query: TrackQuery) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = search.find(replace(query, cursor=cursor))
        assert len(page.items) <= query.limit
        found += [each.id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("text", ["", "piece"])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_join_without_gap_or_repetition(search_over: Find, text: str, sort: Sort) -> None:
    tracks = [track(f"Piece {number}" + " piece" * (number % 3), added_at=later(number // 4)) for number in range(23)]
    search = search_over(tracks)
    whole = search.find(TrackQuery(text=text, sort=sort, limit=100))
    assert whole.next_cursor is None
    assert walk(search, TrackQuery(text=text, sort=sort, limit=5)) == [each.id for each in whole.items]
    assert len(whole.items) == 23


def test_a_cursor_of_newest_survives_new_tracks(search_over: Find) -> None:
    tracks = [track(f"Piece {number}", added_at=later(number)) for number in range(10)]
    first = search_over(tracks).find(TrackQuery(sort=Sort.NEWEST, limit=4))
    grown = search_over([*tracks, track("Newer", added_at=later(99))])
    second = grown.find(TrackQuery(sort=Sort.NEWEST, limit=4, cursor=first.next_cursor))
    assert [each.title for each in second.items] == ["Piece 5", "Piece 4", "Piece 3", "Piece 2"]


@pytest.mark.parametrize(
    "cursor", ["x", "====", "bm9wZQ", "ć", "WzEsMl0", make_cursor(0.0, "\u0107", "x"), make_cursor(0.0, "", "")]
)
def test_a_cursor_that_is_none_is_refused(search_over: Find, cursor: str) -> None:
    with pytest.raises(InvalidFields):
        search_over(LIBRARY).find(TrackQuery(cursor=cursor))


NASTY = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "AND",
                "OR",
                "NOT",
                "NEAR(",
                ")",
                '"',
                "'",
                "*",
                "^",
                ":",
                "-",
                "{title}",
                "drive",
                "\x00",
                "\\",
                "%",
                ";--",
            ]
        ),
        max_size=12,
    ).map(" ".join),
)


@pytest.fixture
def both(bucket: str, sqlite_search: Callable[..., SqliteTrackSearch]) -> tuple[TrackSearch, TrackSearch]:
    memory = MemoryTrackSearch()
    memory.rebuild(stored(LIBRARY))
    SqliteSearchIndex(bucket).rebuild(stored(LIBRARY))
    return memory, sqlite_search()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=NASTY, genre=st.none() | NASTY, mood=st.none() | NASTY)
def test_no_text_breaks_the_search(
    both: tuple[TrackSearch, TrackSearch], text: str, genre: str | None, mood: str | None
) -> None:
    memory, sqlite = both
    query = TrackQuery(text=text, genre=genre, mood=mood, sort=Sort.NEWEST)
    assert [each.id for each in sqlite.find(query).items] == [each.id for each in memory.find(query).items]
    assert {each.id for each in sqlite.find(replace(query, sort=Sort.RELEVANCE)).items} == {
        each.id for each in memory.find(query).items
    }


def test_a_new_file_is_seen_after_the_next_look(
    bucket: str, tmp_path: Path, sqlite_search: Callable[..., SqliteTrackSearch]
) -> None:
    clock = FixedClock(NOW)
    search = sqlite_search(clock)
    assert titles(search) == []
    SqliteSearchIndex(bucket).rebuild(stored(LIBRARY[:1]))
    assert titles(search) == []
    clock.advance(seconds=CHECK_EVERY.total_seconds())
    assert titles(search) == ["Night Drive"]
    SqliteSearchIndex(bucket).rebuild(stored(LIBRARY[3:4]))
    clock.advance(seconds=CHECK_EVERY.total_seconds())
    assert titles(search) == ["Glass Break"]
    assert list(tmp_path.iterdir()) == []


# Nothing listens there, and only one request is sent.
NOBODY = {"endpoint_url": "http://127.0.0.1:9", "config": Config(retries={"total_max_attempts": 1})}


def test_the_copy_at_hand_serves_on_where_s3_does_not_answer(
    bucket: str, sqlite_search: Callable[..., SqliteTrackSearch]
) -> None:
    clock = FixedClock(NOW)
    SqliteSearchIndex(bucket).rebuild(stored(LIBRARY))
    search = sqlite_search(clock)
    assert len(titles(search)) == 5
    search._s3 = boto3.client("s3", **NOBODY)  # type: ignore[call-overload]  # arguments by name
    clock.advance(minutes=1)
    assert len(titles(search)) == 5
    fresh = sqlite_search(clock)
    fresh._s3 = search._s3
    with pytest.raises(Unavailable):
        fresh.find(TrackQuery())


class TracksThatGrow(MemoryTracks):
    """A catalogue to which a track is added while it is read, and indexed by a rebuild that began later."""

    def all(self) -> Iterator[Track]:
        seen = list(super().all())
        if len(self.stored) == 1:
            self.stored[LIBRARY[1].id] = LIBRARY[1]
            SqliteSearchIndex(BUCKET).rebuild(stored([*self.stored.values()]))
        return iter(seen)


@pytest.mark.parametrize("there_is_a_file", [False, True])
def test_a_rebuild_that_began_earlier_never_wins(
    bucket: str,
    sqlite_search: Callable[..., SqliteTrackSearch],
    there_is_a_file: bool,  # noqa: FBT001 - pytest names it
) -> None:
    if there_is_a_file:
        SqliteSearchIndex(bucket).rebuild(stored(LIBRARY[4:]))
    growing = TracksThatGrow({LIBRARY[0].id: LIBRARY[0]})
    assert SqliteSearchIndex(bucket).rebuild(growing) == 2
    assert len(titles(sqlite_search())) == 2


def test_a_rebuild_again_changes_nothing_that_can_be_found(
    bucket: str, sqlite_search: Callable[..., SqliteTrackSearch]
) -> None:
    index = SqliteSearchIndex(bucket)
    assert index.rebuild(stored(LIBRARY)) == index.rebuild(stored(LIBRARY)) == 5
    assert boto3.client("s3").head_object(Bucket=bucket, Key=KEY)["ContentType"] == "application/vnd.sqlite3"
    assert len(titles(sqlite_search())) == 5


def test_what_is_withdrawn_is_not_found(search_over: Find) -> None:
    search = search_over([track("One"), track("Two", withdrawn_at=NOW)])
    assert [each.title for each in search.find(TrackQuery()).items] == ["One"]
    assert search.find(TrackQuery(text="two")).items in ([], ())
