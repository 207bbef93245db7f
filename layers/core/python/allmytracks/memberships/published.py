"""Price lists as they are published (M-I.2, M-II.7)."""

from __future__ import annotations

import msgspec

from allmytracks.documents.rules_text import require_printable
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.memberships.rules_plans import (
    Plan,
    Price,
    PriceList,
    PriceLists,
    Term,
)
from allmytracks.memberships.rules_rights import ProjectKind, Purpose, Right
from allmytracks.publishing.bodies import Positive, body_of
from allmytracks.publishing.ports import Publication, Publications

PLANS = "plans"


class _PriceBody(msgspec.Struct, forbid_unknown_fields=True):
    term: Term
    currency: str
    amount: Positive


class _PlanBody(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    audience: ProjectKind
    daily_downloads: int
    prices: list[_PriceBody]
    rights: dict[Purpose, Right]


class _PlansBody(msgspec.Struct, forbid_unknown_fields=True):
    plans: list[_PlanBody]


def check_plans(publication: Publication) -> None:
    """Refuses a price list that could not be read again. Raises InvalidFields."""
    body = body_of(publication, _PlansBody)
    missing = [f"{plan.id}.{purpose}" for plan in body.plans for purpose in Purpose if purpose not in plan.rights]
    if missing:
        raise InvalidFields([FieldProblem("rights", "required", f"These rows are missing: {', '.join(missing)}.")])
    for plan in body.plans:
        require_printable("name", plan.name)
    _check_prices(body)


def _check_prices(body: _PlansBody) -> None:
    # Its table of currencies is read from a file, and most functions that read publications never need it.
    from allmytracks.foundation.money import is_currency  # noqa: PLC0415

    prices = [(plan.id, price) for plan in body.plans for price in plan.prices]
    unknown = sorted({price.currency for _, price in prices if not is_currency(price.currency)})
    if unknown:
        raise InvalidFields([FieldProblem("currency", "unknown", f"There is no such currency: {', '.join(unknown)}.")])
    if len({(plan, price.term, price.currency) for plan, price in prices}) < len(prices):
        raise InvalidFields([FieldProblem("prices", "repeated", "Give each term of a plan one price in a currency.")])


def published_price_lists(publications: Publications) -> PriceLists:
    """Every price list ever published (M-II.7)."""
    return PriceLists(tuple(price_list(each) for each in publications.all(PLANS)))


def price_list(publication: Publication) -> PriceList:
    """A price list that was checked."""
    body = msgspec.convert(publication.body, _PlansBody)
    plans = tuple(
        Plan(
            id=plan.id,
            terms_id=f"{plan.id}@{publication.version}",
            name=plan.name,
            audience=plan.audience,
            daily_downloads=plan.daily_downloads,
            prices=tuple(Price(price.term, price.currency, price.amount) for price in plan.prices),
            rights=plan.rights,
        )
        for plan in body.plans
    )
    return PriceList(publication.version, publication.effective_at, plans)
