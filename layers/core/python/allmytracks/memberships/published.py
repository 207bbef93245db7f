"""Price lists as they are published (M-I.2, M-II.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

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
from allmytracks.memberships.rules_platforms import GROUPS, OTHER, Platform
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


class _PlatformBody(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class _PlansBody(msgspec.Struct, forbid_unknown_fields=True):
    """`platforms` and `groups` (of every purpose) stay as they were published last where a list leaves them out."""

    plans: list[_PlanBody]
    platforms: list[_PlatformBody] | None = None
    groups: dict[Purpose, str] | None = None


def check_plans(publication: Publication) -> None:
    """Refuses a price list that could not be read again. Raises InvalidFields."""
    body = body_of(publication, _PlansBody)
    missing = [f"{plan.id}.{purpose}" for plan in body.plans for purpose in Purpose if purpose not in plan.rights]
    if missing:
        raise InvalidFields([FieldProblem("rights", "required", f"These rows are missing: {', '.join(missing)}.")])
    for plan in body.plans:
        require_printable("name", plan.name)
    if body.groups is not None and (ungrouped := [purpose for purpose in Purpose if purpose not in body.groups]):
        message = f"Give each purpose its group; these have none: {', '.join(ungrouped)}."
        raise InvalidFields([FieldProblem("groups", "required", message)])
    _check_platforms(body.platforms or [])
    _check_prices(body)


def _check_platforms(platforms: Sequence[_PlatformBody]) -> None:
    for each in platforms:
        require_printable("platforms", each.name)
    named = [spelling for each in platforms for spelling in {each.id, each.name.casefold()}]
    if len(set(named)) < len(named) or OTHER in named:
        message = f"Name each platform once; {OTHER} is for those that are not listed."
        raise InvalidFields([FieldProblem("platforms", "repeated", message)])


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
    lists: list[PriceList] = []
    before: PriceList | None = None
    for each in sorted(publications.all(PLANS), key=lambda each: each.effective_at):
        before = price_list(each, before)
        lists.append(before)
    return PriceLists(tuple(lists))


def price_list(publication: Publication, before: PriceList | None = None) -> PriceList:
    """A price list that was checked, published after `before`."""
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
    platforms = tuple(Platform(each.id, each.name) for each in body.platforms or ())
    return PriceList(
        publication.version,
        publication.effective_at,
        plans,
        platforms if body.platforms is not None or before is None else before.platforms,
        body.groups or (before.groups if before else GROUPS),
    )
