"""Names hold no prohibited word, in whatever spelling (U-II.username)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.accounts.rules_names import LONGEST_NAME, NameRules
from allmytracks.foundation.errors import InvalidFields

RULES = NameRules(("admin", "administrator", "official", "support", "官方"), ("badminton", "supporting"))
pytestmark = pytest.mark.clause("U-II.username")


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMINISTRATOR",
        "4dm1n",
        "a d m i n",
        "a.d-m_i.n",
        "аdmіn",
        "Ａｄｍｉｎ",
        "âdmîn",
        "ᴀdmin",
        "οfficial",
        "0ff1c1al",
        "offic1al shop",
        "the_$upp0rt_team",
        "AllMyTracks 官方",
    ],
)
def test_refuses_a_prohibited_word_in_any_spelling(name: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        RULES.check("display_name", name)
    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == ("display_name", "prohibited_word")


@pytest.mark.parametrize(
    "name", ["Maria López", "王小明", "Алексей", "Γιώργος", "مريم", "Badminton fan", "Supporting actor"]
)
def test_takes_ordinary_names(name: str) -> None:
    RULES.check("display_name", name)


@pytest.mark.parametrize("name", ["", "   ", "x" * (LONGEST_NAME + 1)])
def test_a_name_is_neither_empty_nor_endless(name: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        RULES.check("display_name", name)
    assert refused.value.problems[0].code == "invalid_length"


@given(st.text(max_size=20), st.text(max_size=20))
def test_nothing_around_the_word_hides_it(before: str, after: str) -> None:
    with pytest.raises(InvalidFields):
        RULES.check("display_name", f"{before} official {after}"[:LONGEST_NAME])


PUBLISHED = tomllib.loads((Path(__file__).parents[2] / "config" / "name-rules.toml").read_text())["body"]
SITES = NameRules(tuple(PUBLISHED["prohibited"]), tuple(PUBLISHED["allowed"]))


@pytest.mark.parametrize(
    "name",
    ["8itch", "adrnin", "vvebmaster", "rnoderator", "\u0430dm\u0456n", "5upp0rt", "w\u0435bm\u0430st\u0435r", "p0rn"],
)
def test_the_published_words_are_found_behind_look_alikes(name: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        SITES.check("display_name", name)
    assert refused.value.problems[0].code == "prohibited_word"


@pytest.mark.parametrize(
    "name",
    [
        "Bernard Cornwell",
        "Warner Hornby",
        "Ernst Savvas",
        "Navvab Safavi",
        "Marnie Turner",
        "Studio 8",
        "Blink 182",
        "Sébastien Müller",
        "Nguyễn Văn An",
        "Łukasz Żółć",
        "Zoë O'Connor-Smith",
        "Amélie du Plessis",
        "Seán Ó Súilleabháin",
        "Gonçalo Guimarães",
        "李小龙",
        "山田太郎",
        "김민준",
        "Дмитрий Шостакович",
        "Ελένη Παπαδοπούλου",
        "محمد علي",
        "Penistone Brass Band",
    ],
)
def test_real_names_pass_the_published_words(name: str) -> None:
    SITES.check("display_name", name)
