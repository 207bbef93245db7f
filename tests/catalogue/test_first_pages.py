"""First pages of the whole catalogue are sorted beyond a bound; a page and its total are one search."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, cast

import pytest

from allmytracks.catalogue.rules_search import Sort, TrackQuery
from allmytracks.catalogue.tantivy_documents import HEAP_OF_A_CHANGE, create, write
from allmytracks.catalogue.tantivy_folder import FIRST, SearchFolder
from tests.factories.catalogue import later, track

COUNT = FIRST + 500
SORTS = (Sort.NEWEST, Sort.MOST_USED, Sort.LONGEST, Sort.SHORTEST)


class Counting:
    """A searcher that counts its searches, and how many of them went through all tracks in order."""

    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher
        self.searches = self.whole = 0

    def search(self, query: Any, *words: Any, **named: Any) -> Any:
        self.searches += 1
        self.whole += repr(query) == "Query(AllQuery)"
        return self._searcher.search(query, *words, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._searcher, name)


def counting(search: SearchFolder) -> Counting:
    counts = Counting(search._searcher)
    search._searcher = cast("Any", counts)
    return counts


def made(folder: Path) -> SearchFolder:
    chance = random.Random(3)  # noqa: S311 - made-up tracks
    tracks = (
        track(f"Piece {n}", added_at=later(n), duration_seconds=chance.randint(5, 900), uses=chance.randrange(10_000))
        for n in range(COUNT)
    )
    write(create(folder), tracks, heap=HEAP_OF_A_CHANGE)
    return SearchFolder(folder)


def titles(search: SearchFolder, sort: Sort, limit: int = 24) -> list[str]:
    return [each.title for each in search.find(TrackQuery(sort=sort, limit=limit)).items]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("first")
    made(place)
    return place


@pytest.mark.parametrize("sort", SORTS)
def test_the_whole_catalogue_is_sorted_once(folder: Path, sort: Sort) -> None:
    search = SearchFolder(folder)
    counts = counting(search)
    first = titles(search, sort)
    assert (counts.searches, counts.whole) == (1, 1)
    assert titles(search, sort) == first
    assert len(titles(search, sort, limit=100)) == 100
    assert (counts.searches, counts.whole) == (3, 1)


@pytest.mark.parametrize("query", [TrackQuery(bpm_min=1), TrackQuery(text="piece", genres=("Ambient",))], ids=repr)
def test_a_page_and_its_total_are_one_search(folder: Path, query: TrackQuery) -> None:
    search = SearchFolder(folder)
    counts = counting(search)
    assert search.find(query).total == COUNT
    assert counts.searches == 1


@pytest.mark.parametrize("sort", SORTS)
def test_first_pages_follow_changes(tmp_path: Path, sort: Sort) -> None:
    search = made(tmp_path)
    index = search._index
    best = titles(search, sort, limit=100)
    ends = {Sort.SHORTEST: 1.0, Sort.LONGEST: 5000.0}
    new = track("New", added_at=later(COUNT + 1), duration_seconds=ends.get(sort, 60.0), uses=20_000)
    write(index, [new], [track(each).id for each in best[:3]], heap=HEAP_OF_A_CHANGE)
    search.reload()
    assert titles(search, sort) == titles(SearchFolder(tmp_path), sort) == ["New", *best[3:26]]

    gone = titles(search, sort, limit=100) if sort is Sort.SHORTEST else [f"Piece {n}" for n in range(100, COUNT)]
    write(index, [], [track(each).id for each in gone], heap=HEAP_OF_A_CHANGE)
    search.reload()
    assert titles(search, sort) == titles(SearchFolder(tmp_path), sort)
    assert titles(search, sort)
