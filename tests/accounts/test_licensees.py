"""The buyer's particulars, the end user, and what the public may see."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import (
    EndUserBound,
    EndUsers,
    LicenseeKind,
    NamedEndUser,
    Respelling,
    designated_user_of,
    licensee_of,
    masked,
)
from allmytracks.documents.rules_text import line
from allmytracks.foundation.errors import InvalidFields

words = st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Chan Tai Man", "C*** T*** M***"),
        ("陳大文", "陳***"),
        ("李", "***"),
        ("Σωκράτης", "Σ***"),
        ("A B", "*** ***"),
        ("E\u0301mile Zola", "E\u0301*** Z***"),
        ("ada@example.org", "a***"),
        ("   ", ""),
    ],
)
def test_the_public_sees_the_first_letter_of_each_word(name: str, seen: str) -> None:
    assert masked(name) == seen


@given(st.lists(words, min_size=1, max_size=5))
def test_a_mask_shows_at_most_one_letter_of_a_word_and_not_how_long_it_is(parts: list[str]) -> None:
    for part, seen in zip(parts, masked(" ".join(parts)).split(), strict=True):
        shown = seen.removesuffix("***")
        assert seen.endswith("***")
        assert len([each for each in shown if unicodedata.category(each)[0] != "M"]) <= 1
        assert shown != part


def test_particulars_are_kept_in_one_form() -> None:
    licensee = licensee_of("  Émile \n  Zola ", LicenseeKind.INDIVIDUAL, "  ", None)
    assert (licensee.name, licensee.address, licensee.tax_id) == ("Émile Zola", None, None)
    assert licensee_of("E\u0301mile", LicenseeKind.INDIVIDUAL, None, None).name == "Émile"


def test_every_wrong_particular_is_named() -> None:
    with pytest.raises(InvalidFields) as refused:
        licensee_of(" ", LicenseeKind.INDIVIDUAL, "a" * 201, "\u202e1")
    assert [(each.field, each.code) for each in refused.value.problems] == [
        ("licensee.name", "required"),
        ("licensee.address", "too_long"),
        ("licensee.tax_id", "invalid_characters"),
    ]
    with pytest.raises(InvalidFields) as refused:
        designated_user_of("\u0000", None)
    assert refused.value.problems[0].field == "designated_user.name"


@pytest.mark.clause("U-III.II.1")
def test_the_end_user_stays_the_one_that_was_named_first() -> None:
    assert EndUsers(None).naming("Acme Ltd") == NamedEndUser("Acme Ltd")
    assert EndUsers("Acme Ltd").naming("ACME  ltd") == NamedEndUser("Acme Ltd")
    with pytest.raises(EndUserBound) as refused:
        EndUsers("Acme Ltd").naming("Acme Ltd 2")
    assert refused.value.extra == {"end_user": "Acme Ltd"}


@pytest.mark.clause("M-III.6.1")
def test_a_further_user_needs_an_authorisation_and_binds_nothing_anew() -> None:
    users = EndUsers("Acme Ltd", frozenset({"Studio Nord GmbH"}))
    assert users.naming("STUDIO Nord GmbH") == NamedEndUser("Acme Ltd", "Studio Nord GmbH")
    with pytest.raises(EndUserBound):
        users.naming("Studio Nord 2 GmbH")


@pytest.mark.clause("U-III.II.1", "M-III.6.1")
@pytest.mark.parametrize(
    ("users", "was", "now", "after"),
    [
        (EndUsers("Ada Lovelase"), "ADA  Lovelase", "Ada Lovelace", EndUsers("Ada Lovelace")),
        (EndUsers("Ada Lovelace"), "Ada Lovelase", "Ada Lovelace", EndUsers("Ada Lovelace")),
        (EndUsers("Acme", frozenset({"Studo"})), "Studo", "Studio", EndUsers("Acme", frozenset({"Studio"}))),
        (EndUsers("Acme", frozenset({"Studio"})), "Studo", "Studio", EndUsers("Acme", frozenset({"Studio"}))),
        (EndUsers("Acme", frozenset({"Studio"})), "Acme", "Acme Films", EndUsers("Acme Films", frozenset({"Studio"}))),
    ],
)
def test_a_correction_keeps_the_same_end_user(users: EndUsers, was: str, now: str, after: EndUsers) -> None:
    corrected = users.corrected(Respelling(was, now))
    assert replace(corrected, respellings=()) == after
    assert corrected.spelled_now(was) == now
    assert corrected.corrected(Respelling(was, now)) == corrected


def test_a_correction_makes_no_third_name_of_a_corrected_one() -> None:
    with pytest.raises(EndUserBound) as refused:
        EndUsers("Ada Lovelace").corrected(Respelling("Ada Lovelase", "Ada King"))
    assert refused.value.extra == {"end_user": "Ada Lovelace"}


@pytest.mark.clause("U-III.II.1")
def test_a_row_of_corrections_is_measured_from_the_name_that_was_submitted_or_proven() -> None:
    users = EndUsers("Ada Lovelase").corrected(Respelling("Ada Lovelase", "Ada Lovelace"))
    users = users.corrected(Respelling("Ada Lovelace", "Ada Lovelacy"))
    assert users.spelled_first("ada LOVELACY") == "Ada Lovelase"
    assert users.spelled_first("Ada Lovelace") == "Ada Lovelase"
    assert users.spelled_now("Ada Lovelase") == "Ada Lovelacy"
    proven = users.corrected(Respelling("Ada Lovelacy", "Ada King", proven=True))
    assert (proven.spelled_first("Ada King"), proven.spelled_now("Ada Lovelase")) == ("Ada King", "Ada King")
    back = users.corrected(Respelling("Ada Lovelacy", "Ada Lovelase"))
    assert (back.bound, back.spelled_now("Ada Lovelace")) == ("Ada Lovelase", "Ada Lovelase")


@pytest.mark.parametrize(
    "name",
    ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0d9a\u0dca\u200d\u0dbb", "\U0001f469\u200d\U0001f680"],
)
def test_joiners_that_belong_to_the_spelling_are_kept(name: str) -> None:
    assert line("name", name, 120) == name


@pytest.mark.parametrize("name", ["Ada\u200cLovelace", "\u200cAda", "\u0645\u200c\u200c\u062e", "Ada\u202eecalevoL"])
def test_invisible_characters_are_refused(name: str) -> None:
    with pytest.raises(InvalidFields):
        line("name", name, 120)
