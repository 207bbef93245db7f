"""Totals: exact up to 10,000, beyond that `at least`, however they come about."""

from __future__ import annotations

from pathlib import Path

import pytest

from allmytracks.catalogue.rules_search import COUNTED, TrackQuery
from allmytracks.catalogue.tantivy_documents import HEAP_OF_A_CHANGE, create, write
from allmytracks.catalogue.tantivy_folder import SearchFolder
from tests.factories.catalogue import track


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("totals")
    write(create(made), (track(f"Piece {number}") for number in range(COUNTED + 2)), heap=HEAP_OF_A_CHANGE)
    return made


@pytest.mark.parametrize(
    "query",
    [TrackQuery(), TrackQuery(text="piece"), TrackQuery(genres=("Ambient",)), TrackQuery(text="piece", bpm_min=1)],
)
def test_a_total_is_exact_up_to_a_limit(folder: Path, query: TrackQuery) -> None:
    search = SearchFolder(folder)
    found = search.find(query)
    assert (found.total, found.exact) == (COUNTED, False)
    assert search.find(TrackQuery(text="piece 77")).exact


def test_what_was_dropped_is_not_counted(tmp_path: Path) -> None:
    index = create(tmp_path)
    write(index, (track(f"Piece {number}") for number in range(COUNTED + 2)), heap=HEAP_OF_A_CHANGE)
    write(index, [], [track(f"Piece {number}").id for number in range(3)], heap=HEAP_OF_A_CHANGE)
    search = SearchFolder(tmp_path)
    for query in (TrackQuery(), TrackQuery(text="piece"), TrackQuery(genres=("Ambient",))):
        found = search.find(query)
        assert (found.total, found.exact) == (COUNTED - 1, True)
