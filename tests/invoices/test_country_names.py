"""Invoices name every country as CLDR does, in each of their languages."""

from __future__ import annotations

import pytest
from babel import Locale
from iso3166 import countries_by_alpha2

from allmytracks.invoices.country_names import country_name
from allmytracks.invoices.pdf import buyer_lines
from allmytracks.invoices.rules import Buyer
from allmytracks.invoices.words import WORDS

LOCALES = {
    "en": Locale("en"),
    "zh-Hant": Locale("zh", "HK", "Hant"),
    "zh-Hans": Locale("zh", "CN", "Hans"),
}
# Shorter than CLDR's names, as addresses have them.
SHORT = {
    "HK": {"en": "Hong Kong", "zh-Hant": "香港", "zh-Hans": "香港"},
    "MO": {"en": "Macao", "zh-Hant": "澳門", "zh-Hans": "澳门"},
}


@pytest.mark.parametrize("language", LOCALES)
def test_every_country_has_its_name(language: str) -> None:
    stated = {code: country_name(code, language) for code in countries_by_alpha2}
    known = {code: LOCALES[language].territories[code] for code in countries_by_alpha2}
    assert stated == {**known, **{code: names[language] for code, names in SHORT.items()}}


@pytest.mark.parametrize(("language", "name"), [("en", "Germany"), ("zh-Hant", "德國"), ("zh-Hans", "德国")])
def test_the_buyers_country_is_written_out(language: str, name: str) -> None:
    assert name in buyer_lines(Buyer("Ada GmbH", ("Gasse 1", "Berlin"), "DE"), WORDS[language], language)


def test_what_is_no_country_stays_as_it_is() -> None:
    assert country_name("ZZ", "en") == "ZZ"
