"""The search over tantivy in S3, over OpenSearch and in memory: the same words, filters, order and cursors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Protocol

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from msgspec.structs import replace

from allmytracks.catalogue.opensearch_index import OpenSearchIndex
from allmytracks.catalogue.opensearch_search import OpenSearchTrackSearch
from allmytracks.catalogue.ports import SearchIndex, TrackSearch
from allmytracks.catalogue.rules import Track, TrackKind, TrackNotFound, listing_of
from allmytracks.catalogue.rules_search import Sort, Synonyms, TrackQuery
from allmytracks.catalogue.s3_search import CHECK_EVERY, S3SearchIndex, S3TrackSearch
from allmytracks.catalogue.s3_segments import FOLDER, MANIFEST, Change, Manifest
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.foundation.paging import make_cursor
from allmytracks.foundation.system_time_and_ids import RandomIds
from tests.factories.catalogue import NOW, later, track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.foundation import FixedClock
from tests.fakes.opensearch import OpenSearchDomain, calls_to
from tests.fakes.track_search import MemoryTrackSearch

BUCKET = "documents-of-this-test"


class Find(Protocol):
    def __call__(self, tracks: list[Track]) -> TrackSearch: ...


@pytest.fixture
def bucket() -> Iterator[str]:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-east-1"})
        yield BUCKET


def index_of(bucket: str, clock: FixedClock | None = None) -> S3SearchIndex:
    return S3SearchIndex(bucket, clock or FixedClock(NOW), RandomIds())


def stored(tracks: list[Track]) -> MemoryTracks:
    return MemoryTracks({each.id: each for each in tracks})


@pytest.fixture
def s3_search(bucket: str, tmp_path: Path) -> Callable[..., S3TrackSearch]:
    """Makes readers of the index, each with a folder of its own."""
    numbers = count()

    def made(clock: FixedClock | None = None) -> S3TrackSearch:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return S3TrackSearch(bucket, clock or FixedClock(NOW), folder)

    return made


@pytest.fixture(params=["memory", "opensearch", "s3"])
def search_over(request: pytest.FixtureRequest, bucket: str, s3_search: Callable[..., S3TrackSearch]) -> Find:
    def over(tracks: list[Track]) -> TrackSearch:
        if request.param == "memory":
            memory = MemoryTrackSearch()
            memory.rebuild(stored(tracks))
            return memory
        if request.param == "opensearch":
            calls = calls_to(OpenSearchDomain())
            OpenSearchIndex(calls).rebuild(stored(tracks))
            return OpenSearchTrackSearch(calls)
        index_of(bucket).rebuild(stored(tracks))
        return s3_search()

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
        ({"text": "drives"}, {"Night Drive", "Drive"}),
        ({"text": "dri night"}, set()),
        ({"text": "d"}, {"Night Drive", "Drive", "Café de l'Été"}),
        ({"text": "夜想"}, set()),
        ({"kinds": (TrackKind.SOUND_EFFECT,)}, {"Glass Break"}),
        ({"text": "night", "kinds": (TrackKind.MUSIC,)}, {"Night Drive"}),
        ({"genres": ("drum & bass",)}, {"Night Drive"}),
        ({"genres": ("drum",)}, set()),
        ({"moods": ("HAPPY",)}, {"Café de l'Été", "Drive"}),
        ({"moods": ("Happy",), "genres": ("Rock",)}, {"Drive"}),
        ({"bpm_min": 130}, {"Night Drive", "Drive"}),
        ({"bpm_min": 120, "bpm_max": 140}, {"Café de l'Été", "Drive"}),
        ({"length_max": 60}, {"Glass Break"}),
        ({"length_max": 60, "text": "drive"}, set()),
    ],
)
def test_words_and_filters(search_over: Find, query: dict[str, object], expected: set[str]) -> None:
    assert set(titles(search_over(LIBRARY), **query)) == expected


def test_several_values_of_a_filter_and_what_each_filter_takes(search_over: Find) -> None:
    search = search_over(LIBRARY)
    assert set(titles(search, genres=("Jazz", "rock"))) == {"Café de l'Été", "Drive"}
    assert titles(search, instruments=("GUITAR",)) == ["Café de l'Été"]
    assert titles(search, artists=("zołc",)) == ["夜曲 Nocturne"]
    assert titles(search, length_min=100) == ["夜曲 Nocturne"]
    assert titles(search, length_min=61.5, length_max=61.5, keys=("c",), genres=("rock",)) == ["Drive"]
    assert titles(search, bpm_min=140, bpm_max=120) == []


def test_orders(search_over: Find) -> None:
    used = [replace(each, uses=number) for number, each in enumerate(LIBRARY)]
    search = search_over(used)
    assert titles(search, sort=Sort.MOST_USED, limit=2) == ["Drive", "Glass Break"]
    assert titles(search, sort=Sort.SHORTEST, limit=1) == ["Glass Break"]
    assert titles(search, sort=Sort.LONGEST, limit=1) == ["夜曲 Nocturne"]


def test_totals_and_facets_of_what_was_found(search_over: Find) -> None:
    found = search_over(LIBRARY).find(
        TrackQuery(text="drive", genres=("Rock",), facets=("genre", "mood", "kind"), limit=1)
    )
    assert (found.total, found.exact, found.corrected) == (1, True, None)
    assert {each.value: each.count for each in found.facets["genre"]} == {"Electronic": 1, "Drum & Bass": 1, "Rock": 1}
    assert {each.value: each.count for each in found.facets["mood"]} == {"Dark": 1, "Happy": 1}
    assert [(each.value, each.count) for each in found.facets["kind"]] == [("music", 1)]


@pytest.mark.parametrize(
    ("text", "corrected"), [("noctrune", "nocturne"), ("night drvie", "night drive"), ("guittar", "guitar")]
)
def test_a_misspelt_word_is_corrected_where_nothing_else_is_found(search_over: Find, text: str, corrected: str) -> None:
    found = search_over(LIBRARY).find(TrackQuery(text=text))
    assert (found.corrected, found.total) == (corrected, 1)
    assert search_over(LIBRARY).find(TrackQuery(text="drive")).corrected is None


def test_a_corrected_search_is_paged_and_words_that_find_nothing_are_no_correction(search_over: Find) -> None:
    search = search_over([track("Guitar Dawn"), track("Guitar Dusk"), track("Nocturne")])
    first = search.find(TrackQuery(text="guittar", limit=1))
    second = search.find(TrackQuery(text="guittar", limit=1, cursor=first.next_cursor))
    assert {each.title for each in (*first.items, *second.items)} == {"Guitar Dawn", "Guitar Dusk"}
    assert (first.corrected, second.corrected) == ("guitar", "guitar")
    together = search.find(TrackQuery(text="guittar noctrune"))
    assert (together.total, together.corrected) == (0, None)


def test_a_voiced_sound_is_another_one(search_over: Find) -> None:
    search = search_over([track("カラス"), track("ガラス"), track("ガラスの夜")])
    assert set(titles(search, text="ガラス")) == {"ガラス", "ガラスの夜"}
    assert titles(search, text="ガラス")[0] == "ガラス"
    assert titles(search, text="からす") == ["カラス"]


def test_synonyms_are_found_after_what_was_asked_for(search_over: Find) -> None:
    search = search_over([track("Science Fiction"), track("Sci Fi"), track("Fiction")])
    same = Synonyms(((("sci", "fi"), ("science", "fiction")),))
    assert titles(search, text="sci fi", synonyms=same) == ["Sci Fi", "Science Fiction"]
    assert titles(search, text="science fiction", synonyms=same) == ["Science Fiction", "Sci Fi"]
    assert titles(search, text="sci fi") == ["Sci Fi"]


def test_synonyms_join_scripts(search_over: Find) -> None:
    search = search_over([track("Piano at dusk"), track("鋼琴之夜"), track("钢琴")])
    same = Synonyms(((("piano",), ("鋼琴",), ("钢琴",)),))
    for text in ("piano", "鋼琴", "钢琴"):
        assert set(titles(search, text=text, synonyms=same)) == {"Piano at dusk", "鋼琴之夜", "钢琴"}


def test_traditional_simplified_and_japanese_characters_find_each_other(search_over: Find) -> None:
    search = search_over(
        [track("風之谷"), track("风起"), track("音楽"), track("音樂盒"), track("发现", genres=("電子",))]
    )
    assert set(titles(search, text="风")) == set(titles(search, text="風")) == {"風之谷", "风起"}
    assert set(titles(search, text="音乐")) == set(titles(search, text="音楽")) == {"音楽", "音樂盒"}
    assert titles(search, genres=("电子",)) == ["发现"]


def test_similar_tracks_share_what_they_sound_like(search_over: Find) -> None:
    one = track("One", features=(0.5,) * 16, genres=("Rock",))
    near = track("Near", features=(0.45,) * 16, genres=("Pop",))
    far = track("Far", features=(-0.9,) * 16, genres=("Rock",))
    search = search_over([one, near, far, track("Effect", kind=TrackKind.SOUND_EFFECT)])
    assert [each.title for each in search.similar(one.id, 2)] == ["Near", "Far"]
    with pytest.raises(TrackNotFound):
        search.similar("trk_unknown", 2)


def test_listings_of_named_tracks_and_the_reasons_of_a_rank(search_over: Find) -> None:
    search = search_over(LIBRARY)
    one = LIBRARY[0]
    assert search.listings([one.id, "trk_unknown"]) == {one.id: listing_of(one)}
    assert search.listings([]) == {}
    told = search.explain(TrackQuery(text="drive"), one.id)
    assert told is not None
    assert float(str(told["value"])) > 0
    assert search.explain(TrackQuery(text="other"), one.id) is None


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
def engines(bucket: str, s3_search: Callable[..., S3TrackSearch]) -> tuple[TrackSearch, ...]:
    memory, calls = MemoryTrackSearch(), calls_to(OpenSearchDomain())
    for each in (memory, index_of(bucket), OpenSearchIndex(calls)):
        each.rebuild(stored(LIBRARY))
    return memory, s3_search(), OpenSearchTrackSearch(calls)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=NASTY, genre=st.none() | NASTY, mood=st.none() | NASTY)
def test_no_text_breaks_the_search(
    engines: tuple[TrackSearch, ...], text: str, genre: str | None, mood: str | None
) -> None:
    memory, *others = engines
    query = TrackQuery(text=text, genres=(genre,) if genre else (), moods=(mood,) if mood else (), sort=Sort.NEWEST)
    expected = [each.id for each in memory.find(query).items]
    for engine in others:
        assert [each.id for each in engine.find(query).items] == expected
        assert {each.id for each in engine.find(replace(query, sort=Sort.RELEVANCE)).items} == set(expected)


def test_a_new_file_is_seen_after_the_next_look(
    bucket: str, tmp_path: Path, s3_search: Callable[..., S3TrackSearch]
) -> None:
    clock = FixedClock(NOW)
    search = s3_search(clock)
    assert titles(search) == []
    index_of(bucket).rebuild(stored(LIBRARY[:1]))
    assert titles(search) == []
    clock.advance(seconds=CHECK_EVERY.total_seconds())
    assert titles(search) == ["Night Drive"]
    index_of(bucket).rebuild(stored(LIBRARY[3:4]))
    clock.advance(seconds=CHECK_EVERY.total_seconds())
    assert titles(search) == ["Glass Break"]


# Nothing listens there, and only one request is sent.
NOBODY = {"endpoint_url": "http://127.0.0.1:9", "config": Config(retries={"total_max_attempts": 1})}


def test_the_copy_at_hand_serves_on_where_s3_does_not_answer(
    bucket: str, s3_search: Callable[..., S3TrackSearch]
) -> None:
    clock = FixedClock(NOW)
    index_of(bucket).rebuild(stored(LIBRARY))
    search = s3_search(clock)
    assert len(titles(search)) == 5
    search._store._s3 = boto3.client("s3", **NOBODY)  # type: ignore[call-overload]  # arguments by name
    clock.advance(minutes=1)
    assert len(titles(search)) == 5
    fresh = s3_search(clock)
    fresh._store = search._store
    with pytest.raises(Unavailable):
        fresh.find(TrackQuery())


class TracksThatGrow(MemoryTracks):
    """A catalogue to which a track is added while it is read, and indexed by a rebuild that began later."""

    def all(self) -> Iterator[Track]:
        seen = list(super().all())
        if len(self.stored) == 1:
            self.stored[LIBRARY[1].id] = LIBRARY[1]
            index_of(BUCKET).rebuild(stored([*self.stored.values()]))
        return iter(seen)


@pytest.mark.parametrize("there_is_a_file", [False, True])
def test_a_rebuild_that_began_earlier_never_wins(
    bucket: str,
    s3_search: Callable[..., S3TrackSearch],
    there_is_a_file: bool,  # noqa: FBT001 - pytest names it
) -> None:
    if there_is_a_file:
        index_of(bucket).rebuild(stored(LIBRARY[4:]))
    growing = TracksThatGrow({LIBRARY[0].id: LIBRARY[0]})
    assert index_of(bucket).rebuild(growing) == 2
    assert len(titles(s3_search())) == 2


def test_a_rebuild_again_changes_nothing_that_can_be_found(
    bucket: str, s3_search: Callable[..., S3TrackSearch]
) -> None:
    index = index_of(bucket)
    assert index.rebuild(stored(LIBRARY)) == index.rebuild(stored(LIBRARY)) == 5
    assert boto3.client("s3").head_object(Bucket=bucket, Key=MANIFEST)["ContentType"] == "application/json"
    assert len(titles(s3_search())) == 5


def test_what_is_withdrawn_is_not_found(search_over: Find) -> None:
    search = search_over([track("One"), track("Two", withdrawn_at=NOW)])
    assert [each.title for each in search.find(TrackQuery()).items] == ["One"]
    assert search.find(TrackQuery(text="two")).items in ([], ())


@pytest.fixture(params=["memory", "opensearch", "s3"])
def index(
    request: pytest.FixtureRequest, bucket: str, s3_search: Callable[..., S3TrackSearch]
) -> tuple[SearchIndex, TrackSearch]:
    memory = MemoryTrackSearch()
    if request.param == "memory":
        return memory, memory
    if request.param == "opensearch":
        calls = calls_to(OpenSearchDomain())
        return OpenSearchIndex(calls), OpenSearchTrackSearch(calls)
    return index_of(bucket), s3_search()


def test_a_change_of_one_track_is_an_update(index: tuple[SearchIndex, TrackSearch]) -> None:
    writer, search = index
    catalogue = stored(LIBRARY)
    # Where there is no index yet, as after a deployment with a new form, it is of the whole catalogue.
    assert writer.update(catalogue, [LIBRARY[0].id]) == 5
    for track_id in (LIBRARY[0].id, LIBRARY[1].id):
        assert writer.update(catalogue, [track_id]) == 5
    catalogue.withdraw(LIBRARY[0].id, NOW)
    assert writer.update(catalogue, [LIBRARY[0].id, LIBRARY[2].id]) == 4
    assert set(titles(search)) == {each.title for each in LIBRARY[1:]}


def packs_in(bucket: str) -> set[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{FOLDER}/").get("Contents", [])
    return {each["Key"] for each in listed} - {MANIFEST}


def test_a_change_ships_one_small_object_and_readers_fetch_it_alone(
    bucket: str, s3_search: Callable[..., S3TrackSearch], tmp_path: Path
) -> None:
    many = stored([track(f"Piece {number}", added_at=later(number)) for number in range(500)])
    clock = FixedClock(NOW)
    writer, search = index_of(bucket, clock), s3_search(clock)
    writer.rebuild(many)
    assert search.find(TrackQuery()).total == 500
    first = packs_in(bucket)
    before = {path.name for path in (tmp_path / "0").iterdir()}
    changed = replace(track("Piece 7"), title="Other")
    many.stored[changed.id] = changed
    writer.update(many, [changed.id])
    (added,) = packs_in(bucket) - first
    assert boto3.client("s3").head_object(Bucket=bucket, Key=added)["ContentLength"] < 6000
    clock.advance(seconds=CHECK_EVERY.total_seconds())
    assert titles(search, text="other") == ["Other"]
    assert before < {path.name for path in (tmp_path / "0").iterdir()}


def test_packs_that_nobody_reads_any_more_are_deleted(bucket: str) -> None:
    clock = FixedClock(NOW)
    writer, catalogue = index_of(bucket, clock), stored(LIBRARY)
    for _ in range(30):
        writer.update(catalogue, [LIBRARY[0].id])
        clock.advance(minutes=30)
    assert len(packs_in(bucket)) < 15
    writer.rebuild(catalogue)
    clock.advance(hours=2)
    writer.update(catalogue, [LIBRARY[0].id])
    assert len(packs_in(bucket)) <= 2


class TracksThatAreChangedMeanwhile(MemoryTracks):
    """Another writer adds a track, and indexes it, while the first reads."""

    def all(self) -> Iterator[Track]:
        seen = list(super().all())
        self._another_writes(LIBRARY[3])
        return iter(seen)

    def several(self, track_ids: Sequence[str]) -> dict[str, Track]:
        seen = super().several(track_ids)
        self._another_writes(LIBRARY[4])
        return seen

    def _another_writes(self, another: Track) -> None:
        if another.id not in self.stored:
            self.stored[another.id] = another
            index_of(BUCKET).update(stored([*self.stored.values()]), [another.id])


def test_of_two_writers_one_retries_and_nothing_is_lost(bucket: str, s3_search: Callable[..., S3TrackSearch]) -> None:
    changing = TracksThatAreChangedMeanwhile({LIBRARY[0].id: LIBRARY[0]})
    writer = index_of(bucket)
    writer.rebuild(stored([LIBRARY[0]]))
    assert writer.rebuild(changing) == 3  # the second attempt caught up with both
    assert len(packs_in(bucket)) <= 5  # the loser's pack is gone; those of others are kept for their readers
    del changing.stored[LIBRARY[4].id]
    assert writer.update(changing, [LIBRARY[0].id, LIBRARY[4].id]) == 3
    assert set(titles(s3_search())) == {LIBRARY[0].title, LIBRARY[3].title, LIBRARY[4].title}


def test_two_indexes_are_rebuilt_with_what_changed_since() -> None:
    changes = tuple(Change(number, (f"trk_{number}",)) for number in (5, 6, 7))
    manifest = Manifest(number=7, changes=changes, rebuilt=4)
    assert manifest.changed_since(4) == {"trk_5", "trk_6", "trk_7"}
    assert manifest.changed_since(7) == set()
    assert manifest.changed_since(3) is None  # another rebuild
    assert Manifest(number=7, changes=changes[1:]).changed_since(4) is None  # forgotten
