"""Tax rates as they are published."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.payments.orders.rules_taxes import TaxRate, TaxTable
from allmytracks.publishing.bodies import body_of
from allmytracks.publishing.ports import Publication, Publications

TAXES = "taxes"


class _TaxRateBody(msgspec.Struct, forbid_unknown_fields=True):
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2}|\*)$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    percent: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,2}(\.[0-9]{1,3})?$")]
    included: bool


class _TaxesBody(msgspec.Struct, forbid_unknown_fields=True):
    rates: list[_TaxRateBody]


def check_taxes(publication: Publication) -> None:
    """Refuses rates that could not be read again. Raises InvalidFields."""
    body = body_of(publication, _TaxesBody)
    if len({rate.country for rate in body.rates}) < len(body.rates):
        raise InvalidFields([FieldProblem("rates", "repeated", "Give each country one rate.")])


def published_tax_tables(publications: Publications) -> tuple[TaxTable, ...]:
    """Every table of tax rates ever published."""
    found = []
    for each in publications.all(TAXES):
        body = msgspec.convert(each.body, _TaxesBody)
        rates = (TaxRate(rate.country, rate.name, Decimal(rate.percent), rate.included) for rate in body.rates)
        found.append(TaxTable(each.effective_at, tuple(rates)))
    return tuple(found)
