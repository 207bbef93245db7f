"""How text becomes words, and names of tracks and imports."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.catalogue.rules import track_id_for
from allmytracks.catalogue.rules_imports import import_id_for
from allmytracks.catalogue.rules_search import (
    MOST_WORDS,
    Position,
    Sort,
    TrackQuery,
    position_of,
)
from allmytracks.catalogue.rules_terms import asked_terms, folded, indexed_terms, nearest, stem, words_of
from allmytracks.foundation.errors import InvalidFields
from tests.factories.catalogue import sha


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café DEL  Mar", ["cafe", "del", "mar"]),
        ("rock'n'roll (live)", ["rock", "n", "roll", "live"]),
        ("Straße", ["strasse"]),
        ("夜曲 No.2", ["夜曲", "no", "2"]),
        ("\uff26\uff55\uff4c\uff4c", ["full"]),
        ("ガラス", ["がらす"]),
        ("風の音楽", ["风の音乐"]),
        ("頭髮 發展 头发", ["头发", "发展", "头发"]),
        ("\uff76\uff9e\uff97\uff7d カラス", ["がらす", "からす"]),
        ("한국 음악", ["한국", "음악"]),
        ("\ud800x", ["x"]),
        ("_ - \x00 \"'*", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_words_of_words_are_the_same(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)


def test_a_query_has_so_many_words_at_most() -> None:
    assert len(TrackQuery(text=" ".join(map(str, range(99)))).words) == MOST_WORDS


@given(st.sampled_from(Sort), st.integers(0, 10_000))
def test_a_position_survives_its_cursor(order: Sort, number: int) -> None:
    assert position_of(Position(order, number).cursor(), order) == number


def test_a_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(InvalidFields):
        position_of(Position(Sort.NEWEST, 1).cursor(), Sort.LONGEST)
    with pytest.raises(InvalidFields):
        position_of(Position(Sort.RELEVANCE, 10_001).cursor(), Sort.RELEVANCE)


@given(st.text())
def test_any_other_cursor_is_refused_as_a_field(text: str) -> None:
    # Anything but InvalidFields would be a defect.
    with contextlib.suppress(InvalidFields):
        assert position_of(text, Sort.NEWEST) is not None


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("drums", "drum"), ("melodies", "melody"), ("bass", "bass"), ("chorus", "chorus"), ("gas", "gas")],
)
def test_a_plural_is_found_by_its_singular(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


def test_scripts_without_spaces_are_compared_by_pairs() -> None:
    assert asked_terms("がらす") == ("がら", "らす")
    assert asked_terms("夜") == ("夜",)
    assert indexed_terms(["夜曲"]) == ["夜", "曲", "夜曲"]
    assert folded("ガ") != folded("カ")


def test_a_misspelt_word_means_the_nearest_and_then_the_most_frequent() -> None:
    known = {"guitar": 3, "guilty": 9, "sitar": 5, "piano": 7}
    assert nearest("gutiar", known) == "guitar"
    assert nearest("painoo", {"piano": 1}) is None  # two letters of a short word
    assert nearest("pian", {"piano": 1, "plan": 2}) == "plan"
    assert nearest("abc", {"abd": 1}) is None
    assert nearest("夜曲", {"夜想曲": 1}) is None


def test_ids_follow_from_what_they_name() -> None:
    assert track_id_for(sha("a")) == track_id_for(sha("a")) != track_id_for(sha("b"))
    assert len(track_id_for(sha("a"))) == len("trk_") + 26
    assert import_id_for("/music") != import_id_for("/music/")
