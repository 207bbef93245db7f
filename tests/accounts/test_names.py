"""Names hold no prohibited word, in whatever spelling (U-II.username)."""

from __future__ import annotations

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
