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
    TrackQuery,
    position_of,
    words_of,
)
from allmytracks.foundation.errors import InvalidFields
from tests.factories.catalogue import sha


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café DEL  Mar", ["cafe", "del", "mar"]),
        ("rock'n'roll (live)", ["rock", "n", "roll", "live"]),
        ("Straße", ["strasse"]),
        ("夜曲 No.2", ["夜", "曲", "no", "2"]),
        ("\uff26\uff55\uff4c\uff4c", ["full"]),
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


PLACES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=300)


@given(st.floats(allow_nan=False, allow_infinity=False), PLACES, PLACES)
def test_a_position_survives_its_cursor(rank: float, added_at: str, track_id: str) -> None:
    position = Position(rank, added_at, track_id)
    assert position_of(position.cursor()) == position


@given(st.text())
def test_any_other_cursor_is_refused_as_a_field(text: str) -> None:
    # Anything but InvalidFields would be a defect.
    with contextlib.suppress(InvalidFields):
        position = position_of(text)
        assert position_of(position.cursor()) == position


def test_ids_follow_from_what_they_name() -> None:
    assert track_id_for(sha("a")) == track_id_for(sha("a")) != track_id_for(sha("b"))
    assert len(track_id_for(sha("a"))) == len("trk_") + 26
    assert import_id_for("/music") != import_id_for("/music/")
