"""Licence numbers: read back however they are typed, and wrong ones detected before any lookup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.rules_numbers import (
    ALPHABET,
    RANDOM_CHARACTERS,
    LicenseNotFound,
    license_number,
    normal_number,
)

random_texts = st.text(ALPHABET.lower(), min_size=26, max_size=26)
places = st.integers(0, RANDOM_CHARACTERS)


def test_a_number_has_at_least_a_hundred_random_bits() -> None:
    assert RANDOM_CHARACTERS * 5 >= 100
    made = {license_number(RandomIds().new("license")) for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"AMT(-[0-9A-HJKMNP-TV-Z]{6}){4}", number) for number in made)


@given(random_texts)
def test_a_number_is_read_back_however_it_is_typed(text: str) -> None:
    number = license_number(text)
    typed = number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert normal_number(typed) == normal_number(number.replace("-", "")) == number
    assert normal_number(number.removeprefix("AMT-")) == number


@given(random_texts, places, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_detected(text: str, place: int, other: str) -> None:
    body = license_number(text).replace("-", "")[3:]
    wrong = body[:place] + other + body[place + 1 :]
    if wrong != body:
        with pytest.raises(LicenseNotFound):
            normal_number(wrong)


def test_swapped_neighbours_are_nearly_always_detected() -> None:
    pairs = [(first, second) for first in ALPHABET for second in ALPHABET if first != second]
    missed = 0
    for first, second in pairs:
        body = license_number(first + second + "7" * 21).replace("-", "")[3:]
        swapped = body[1] + body[0] + body[2:]
        try:
            normal_number(swapped)
            missed += 1
        except LicenseNotFound:
            continue
    assert missed <= 2


@pytest.mark.parametrize(
    "text", ["", "AMT", "AMT-1", "hello", "AMT-" + "U" * 24, "AMT-" + "0" * 25, "../../etc", "\uff11" * 24]
)
def test_what_is_no_number_is_no_licence(text: str) -> None:
    with pytest.raises(LicenseNotFound):
        normal_number(text)


def test_a_number_is_not_made_of_too_little_chance() -> None:
    with pytest.raises(ValueError, match="Crockford"):
        license_number("license_short")
