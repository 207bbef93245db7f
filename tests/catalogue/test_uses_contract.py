"""Counts of downloads: the fake and DynamoDB keep one contract, and the search learns of a track now and then."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from allmytracks.catalogue.dynamodb import DynamoTracks
from allmytracks.catalogue.dynamodb_uses import DynamoUses
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.ports_uses import Counted, Uses
from allmytracks.catalogue.rules_uses import is_news
from allmytracks.catalogue.use_cases.count_uses import CountUses
from tests.factories.catalogue import NOW, origin, track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.foundation import FixedClock
from tests.fakes.uses import MemoryUses


class Counts(NamedTuple):
    """Counts, and the tracks that show them."""

    uses: Uses
    tracks: Tracks


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def counts(request: pytest.FixtureRequest) -> Counts:
    if request.param == "memory":
        tracks = MemoryTracks()
        return Counts(MemoryUses(tracks), tracks)
    table = request.getfixturevalue("catalog_table")
    return Counts(DynamoUses(table), DynamoTracks(table))


def test_downloads_add_up_and_the_track_shows_them(counts: Counts) -> None:
    one = track("One")
    counts.tracks.add(one, origin("One"))
    assert counts.uses.add(one.id, ["a", "b"], NOW) == Counted(2, 2)
    assert counts.uses.add(one.id, ["c", "b", "d", "c", "e"], NOW) == Counted(5, 3)
    assert counts.uses.add(one.id, ["a", "e"], NOW) == Counted(5, 0)
    assert counts.uses.add(track("Two").id, [f"dl-{number}" for number in range(250)], NOW) == Counted(250, 250)
    assert counts.tracks.get(one.id).uses == 0
    counts.uses.show(one.id, 5)
    assert counts.tracks.get(one.id).uses == 5
    counts.uses.show("trk_unknown", 5)
    assert len(list(counts.tracks.all())) == 1


def test_each_download_counts_once_however_often_it_is_delivered(counts: Counts) -> None:
    for name in ("One", "Two"):
        counts.tracks.add(track(name), origin(name))
    one, two = track("One").id, track("Two").id
    count = CountUses(counts.uses, FixedClock(NOW))
    for _ in range(2):
        count({"a": one, "b": two, "c": one, "d": one})
        assert (counts.tracks.get(one).uses, counts.tracks.get(two).uses) == (3, 1)


def test_a_batch_that_was_counted_and_not_shown_is_shown_when_it_comes_again(counts: Counts) -> None:
    one = track("One")
    counts.tracks.add(one, origin("One"))
    counts.uses.add(one.id, ["a", "b"], NOW)
    CountUses(counts.uses, FixedClock(NOW))({"a": one.id, "b": one.id})
    assert counts.tracks.get(one.id).uses == 2


def test_the_search_learns_when_downloads_grew_by_about_a_quarter() -> None:
    news = [number for number in range(1, 10_001) if is_news(number - 1, number)]
    assert news[:5] == [1, 2, 3, 4, 5]
    assert len(news) < 45
