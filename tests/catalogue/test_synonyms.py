"""Synonyms are published data: what operators publish, the next search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from allmytracks.catalogue.published import SYNONYMS, check_synonyms
from allmytracks.catalogue.rules_search import Synonyms, TrackQuery
from allmytracks.catalogue.use_cases.search_tracks import SearchTracks
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.publishing.ports import Publication
from infra.ops.publications import publications_in
from tests.factories.catalogue import NOW, track
from tests.factories.template import ROOT
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications
from tests.fakes.track_search import MemoryTrackSearch


@dataclass
class Failing(MemoryPublications):
    """Publications that cannot be read while `failing`."""

    failing: bool = False

    def all(self, kind: str) -> Sequence[Publication]:
        if self.failing:
            raise Unavailable
        return super().all(kind)


@dataclass
class Desk:
    """The search over three tracks."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    publications: Failing = field(default_factory=Failing)

    def __post_init__(self) -> None:
        found = MemoryTrackSearch([track("Harbour at dusk"), track("海港之夜"), track("Lo Fi evening")])
        self.search = SearchTracks(found, self.publications, self.clock)

    def titles(self, text: str) -> set[str]:
        return {each.title for each in self.search(TrackQuery(text=text)).items}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def synonyms(*groups: list[str], version: str = "1", hours: int = 0) -> Publication:
    return Publication(SYNONYMS, version, NOW + timedelta(hours=hours), {"groups": [*groups]})


def test_what_is_published_is_found_by_the_next_search_and_from_its_time_on(desk: Desk) -> None:
    assert desk.titles("海湾") == set()
    desk.publications.publish(synonyms(["harbour", "海湾", "海港"], hours=1))
    assert desk.titles("海湾") == set()
    desk.clock.advance(hours=1)
    assert desk.titles("海湾") == desk.titles("Harbour") == {"Harbour at dusk", "海港之夜"}
    desk.publications.publish(synonyms(["lofi", "lo fi"], version="2", hours=2))
    desk.clock.advance(hours=1)
    assert (desk.titles("海湾"), desk.titles("lofi evening")) == (set(), {"Lo Fi evening"})


def test_a_search_goes_on_while_the_synonyms_cannot_be_read(desk: Desk) -> None:
    desk.publications.publish(synonyms(["harbour", "海港"]))
    desk.publications.failing = True
    assert desk.titles("harbour") == {"Harbour at dusk"}


def test_only_groups_about_the_words_reach_the_engine() -> None:
    same = Synonyms(((("sci", "fi"), ("science", "fiction")), (("sea",), ("ocean",))))
    assert same.about(["ocean", "wave"]).groups == same.groups[1:]
    assert same.about(["fi"]).groups == ()


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ([["sea"]], "invalid"),
        ([["sea", "!"]], "words"),
        ([["sea", "one two three four five six"]], "words"),
        ([["sea", "ocean"], ["Océan", "water"]], "repeated"),
        ([["sea", "SEA"]], "repeated"),
    ],
)
def test_what_would_mislead_a_search_is_not_published(groups: list[list[str]], code: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        check_synonyms(synonyms(*groups))
    assert code in {each.code for each in refused.value.problems}


def test_what_is_shipped_can_be_published() -> None:
    (shipped,) = publications_in(ROOT / "config" / "synonyms.toml")
    check_synonyms(Publication(SYNONYMS, "shipped", NOW, shipped["body"]))
