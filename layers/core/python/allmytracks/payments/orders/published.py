"""Published tax rates, and the check that a list's prices can be charged."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from allmytracks.documents.rules_text import require_printable
from allmytracks.foundation.countries import country_of, known_country
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields
from allmytracks.memberships.published import check_plans, price_list
from allmytracks.payments.orders.rules_taxes import ELSEWHERE, TaxRate, TaxTable
from allmytracks.payments.rules_charges import most_of, why_not_charged
from allmytracks.publishing.bodies import body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

TAXES, END_OF_SERVICE = "taxes", "end-of-service"


PERCENT = 'a percentage as text, such as "19" or "7.5"'


class _TaxRateBody(msgspec.Struct):
    country: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    percent: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,2}(\.[0-9]{1,3})?$", description=PERCENT)]
    included: bool
    reverse_charge: bool = False


class _TaxesBody(msgspec.Struct):
    rates: list[_TaxRateBody]


def check_taxes(publication: Publication) -> None:
    """Checks that rates can be read back. Raises InvalidFields."""
    body = body_of(publication, _TaxesBody)
    problems, countries = FieldProblems(), set[str]()
    for rate in body.rates:
        with problems.gathered():
            countries.add(_country(rate.country))
        with problems.gathered():
            require_printable("name", rate.name)
    problems.raise_found()
    if len(countries) < len(body.rates):
        raise InvalidFields([FieldProblem("rates", "repeated", "Give each country one rate.")])


def check_price_list(publication: Publication) -> None:
    """Checks that a price list can be read back and charged, with tax added. Raises InvalidFields."""
    check_plans(publication)
    problems = []
    for plan in price_list(publication).plans:
        for price in plan.prices:
            # A tax that is added is less than the price itself.
            refusal = why_not_charged(price.amount, price.currency)
            if refusal is None and price.amount * 2 > most_of(price.currency):
                refusal = f"With a tax added, this could be more than {most_of(price.currency)} minor units."
            if refusal is not None:
                named = f"{plan.id}, {price.term}, {price.currency} {price.amount}"
                problems.append(FieldProblem("prices", "not_chargeable", f"{named}: {refusal}"))
    if problems:
        raise InvalidFields(problems)


def _country(code: str) -> str:
    return code if code == ELSEWHERE else country_of("country", code)


def published_tax_tables(publications: Publications) -> tuple[TaxTable, ...]:
    """Every table of tax rates ever published."""
    found = []
    for each in publications.all(TAXES):
        body = read_body(each, _TaxesBody)
        rates = (
            TaxRate(
                known_country(rate.country) or rate.country,
                rate.name,
                Decimal(rate.percent),
                rate.included,
                rate.reverse_charge,
            )
            for rate in body.rates
        )
        found.append(TaxTable(each.effective_at, tuple(rates)))
    return tuple(found)


class _EndBody(msgspec.Struct):
    ends_at: Annotated[datetime, msgspec.Meta(tz=True)]
    text: str


def check_end_of_service(publication: Publication) -> None:
    """Checks that the announced end of the service can be read back. Raises InvalidFields."""
    body_of(publication, _EndBody)


def announced_end(publications: Publications) -> datetime | None:
    """When the service ends, as it was announced last (U-III.III.1); None where no end was announced."""
    announced = [end_of(each)[0] for each in publications.all(END_OF_SERVICE)]
    return announced[-1] if announced else None


def end_of(publication: Publication) -> tuple[datetime, str]:
    """When the service ends by an announcement, and what members read about it."""
    body = read_body(publication, _EndBody)
    return body.ends_at, body.text
