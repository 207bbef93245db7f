"""Countries: one rule wherever one is taken."""

from __future__ import annotations

import pytest
from iso3166 import countries
from msgspec.structs import replace

from allmytracks.accounts.rules_billing import billing_of
from allmytracks.foundation.countries import country_of, known_country
from allmytracks.foundation.errors import InvalidFields
from tests.factories.sign_up_world import REQUEST, World

# The upper case of the last four is SS, FI, SI and SG.
NO_COUNTRY = ["", " ", "S", "SGP", "Singapore", "UK", "EU", "ZZ", "*", "S G", "S\u0000G", "ß", "ﬁ", "ſi", "ſg"]


def test_every_country_of_the_standard_is_known_however_its_letters_are_written() -> None:
    assert len(countries) == 250  # and Kosovo's XK, which the standard leaves to its users
    for country in countries:
        assert {known_country(each) for each in (country.alpha2, country.alpha2.lower(), f" {country.alpha2}\n")} == {
            country.alpha2
        }


@pytest.mark.parametrize("text", NO_COUNTRY)
def test_anything_else_is_refused_and_chooses_nothing(text: str) -> None:
    assert known_country(text) is None
    with pytest.raises(InvalidFields) as refused:
        country_of("country", text)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("country", "unknown_country")]


@pytest.mark.parametrize("text", NO_COUNTRY)
def test_sign_up_and_particulars_for_invoices_take_no_other(text: str) -> None:
    world = World()

    with pytest.raises(InvalidFields):
        world.sign_up(replace(REQUEST, country=text))
    with pytest.raises(InvalidFields):
        billing_of("Ada Ltd", ["1 Road"], text, None)
    assert world.accounts.stored == {}


@pytest.mark.parametrize(("sent", "kept"), [("sg", "SG"), (" Hk ", "HK"), (None, None)])
def test_an_account_keeps_the_two_letters_in_upper_case(sent: str | None, kept: str | None) -> None:
    world = World()

    made = world.sign_up(replace(REQUEST, country=sent))

    assert world.accounts.get(made.account_id).country == kept
