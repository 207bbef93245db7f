"""Reading publications as what they are: price lists and agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from allmytracks.domain.agreements import Agreement, Agreements
from allmytracks.domain.errors import FieldProblem, InvalidFields
from allmytracks.domain.plans import Plan, Price, PriceList, PriceLists, Term
from allmytracks.domain.rights import ProjectKind, Purpose, Right
from allmytracks.ports.publications import Publication, Publications

if TYPE_CHECKING:
    from allmytracks.domain.names import NameRules

PLANS, AGREEMENTS, NAME_RULES = "plans", "agreements", "name-rules"


class _PriceBody(msgspec.Struct, forbid_unknown_fields=True):
    term: Term
    currency: str
    amount: int


class _PlanBody(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    audience: ProjectKind
    daily_downloads: int
    prices: list[_PriceBody]
    rights: dict[Purpose, Right]


class _PlansBody(msgspec.Struct, forbid_unknown_fields=True):
    plans: list[_PlanBody]


class _AgreementBody(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str
    text: str


class _NameRulesBody(msgspec.Struct, forbid_unknown_fields=True):
    prohibited: list[str]
    allowed: list[str] = []


_BODIES: dict[str, type[msgspec.Struct]] = {
    PLANS: _PlansBody,
    AGREEMENTS: _AgreementBody,
    NAME_RULES: _NameRulesBody,
}


def check(publication: Publication) -> None:
    """Refuses a publication that could not be read again. Raises InvalidFields."""
    if publication.kind not in _BODIES:
        kinds = ", ".join(_BODIES)
        raise InvalidFields([FieldProblem("kind", "unknown", f"There are publications of these kinds: {kinds}.")])
    try:
        body = msgspec.convert(publication.body, _BODIES[publication.kind])
    except msgspec.ValidationError as error:
        raise InvalidFields([FieldProblem("body", "invalid", str(error))]) from None
    if isinstance(body, _PlansBody):
        missing = [f"{plan.id}.{purpose}" for plan in body.plans for purpose in Purpose if purpose not in plan.rights]
        if missing:
            raise InvalidFields([FieldProblem("rights", "required", f"These rows are missing: {', '.join(missing)}.")])


def price_lists(publications: Publications) -> PriceLists:
    """Every price list ever published (M-II.7)."""
    return PriceLists(tuple(_price_list(each) for each in publications.all(PLANS)))


def agreements(publications: Publications) -> Agreements:
    """Every version of every agreement (M-0.precedence)."""
    found = []
    for each in publications.all(AGREEMENTS):
        body = msgspec.convert(each.body, _AgreementBody)
        version = each.version.removeprefix(f"{body.id}@")
        found.append(Agreement(body.id, version, body.title, each.effective_at, body.text))
    return Agreements(tuple(found))


def name_rules(publications: Publications) -> NameRules:
    """The newest rules for names (U-II.username)."""
    # Its table of look-alikes is large, and most functions that read publications never need it.
    from allmytracks.domain.names import NameRules  # noqa: PLC0415

    published = publications.all(NAME_RULES)
    if not published:
        return NameRules(())
    rules = msgspec.convert(published[-1].body, _NameRulesBody)
    return NameRules(tuple(rules.prohibited), tuple(rules.allowed))


def _price_list(publication: Publication) -> PriceList:
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
