"""Published price lists (M-I.2, M-II.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec.structs import astuple

from allmytracks.documents.rules_text import require_printable
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.memberships.rules_plans import Conditions, Plan, Price, PriceList, PriceLists
from allmytracks.memberships.rules_platforms import GROUPS, OTHER, Platform
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS
from allmytracks.memberships.rules_rights import ProjectKind, Purpose, Right
from allmytracks.memberships.rules_terms import months_of
from allmytracks.publishing.bodies import Positive, body_of, read_body
from allmytracks.publishing.ports import Publication, Publications

PLANS = "plans"
# The agreement for price lists published before 2026-11-27, which named none.
AGREEMENTS_BEFORE = ("premium-agreement",)
LONGEST_PLATFORM_NAME = 80
_ID = re.compile("[a-z][a-z0-9_]{0,39}", re.ASCII)


class _PriceBody(msgspec.Struct):
    term: str
    currency: str
    amount: Positive


class _PlanBody(msgspec.Struct):
    id: str
    name: str
    audience: str
    daily_downloads: int
    prices: list[_PriceBody]
    rights: dict[Purpose, str]
    agreements: list[str] | None = None
    conditions: dict[Purpose, Conditions] = {}


class _PlatformBody(msgspec.Struct):
    id: str
    name: str
    form_length: Annotated[int, msgspec.Meta(ge=200)] | None = None


class _PlansBody(msgspec.Struct):
    """`platforms`, `groups` (of every purpose) and a plan's `agreements` are inherited from the list before where a
    list omits them.
    """

    plans: list[_PlanBody]
    platforms: list[_PlatformBody] | None = None
    groups: dict[Purpose, str] | None = None


def check_plans(publication: Publication) -> None:
    """Checks that this version of the code can sell by a price list as it is meant. Raises InvalidFields.

    Any purpose can have a row; one without a wording in letters is read as "no" until it has one.
    """
    body = body_of(publication, _PlansBody)
    for plan in body.plans:
        require_printable("name", plan.name)
    problems = [*_unknown_values(body), *_missing_rows(body)]
    if len({plan.id for plan in body.plans}) < len(body.plans):
        problems.append(FieldProblem("plans", "repeated", "Give each plan an id of its own."))
    if problems:
        raise InvalidFields(problems)
    _check_platforms(body.platforms or [])
    _check_prices(body)


def _unknown_values(body: _PlansBody) -> Iterator[FieldProblem]:
    kinds, rights = ([each.value for each in known] for known in (ProjectKind, Right))
    for plan in body.plans:
        if plan.audience not in kinds:
            yield FieldProblem("audience", "unknown", f"{plan.id}: send one of {', '.join(kinds)}.")
        for purpose, right in plan.rights.items():
            if right not in rights:
                yield FieldProblem("rights", "unknown", f"{plan.id}.{purpose}: send one of {', '.join(rights)}.")
        for term in sorted({price.term for price in plan.prices if months_of(price.term) is None}):
            message = f"{plan.id}: {term} is not a term; send month, year, or a number of them as 3_months."
            yield FieldProblem("term", "unknown", message)
        if plan.agreements is not None and not plan.agreements:
            message = f"{plan.id}: name the agreement that its buyers accept, or leave agreements out."
            yield FieldProblem("agreements", "required", message)
        for purpose, said in plan.conditions.items():
            if {*astuple(said)} - {"yes", "no"}:
                yield FieldProblem("conditions", "unknown", f"{plan.id}.{purpose}: send yes or no for each.")
        without = [row for row in plan.rights if row not in plan.conditions] if plan.conditions else []
        if without:
            message = f"{plan.id}: give every row its conditions, or none; these have none: {', '.join(without)}."
            yield FieldProblem("conditions", "required", message)


def _missing_rows(body: _PlansBody) -> Iterator[FieldProblem]:
    rows = dict.fromkeys([*PURPOSE_WORDS, *(row for plan in body.plans for row in plan.rights), *(body.groups or {})])
    misnamed = [row for row in rows if not _ID.fullmatch(row)]
    if misnamed:
        message = f"Name purposes in small letters, digits and _: {', '.join(misnamed)}."
        yield FieldProblem("rights", "invalid", message)
    missing = [f"{plan.id}.{row}" for plan in body.plans for row in rows if row not in plan.rights]
    if missing:
        yield FieldProblem("rights", "required", f"These rows are missing: {', '.join(missing)}.")
    ungrouped = [row for row in rows if body.groups is not None and row not in body.groups]
    if ungrouped:
        message = f"Give each purpose its group; these have none: {', '.join(ungrouped)}."
        yield FieldProblem("groups", "required", message)


def _check_platforms(platforms: Sequence[_PlatformBody]) -> None:
    for each in platforms:
        if not _ID.fullmatch(each.id) or not 1 <= len(each.name) <= LONGEST_PLATFORM_NAME:
            message = f"{each.id}: id in small letters, digits and _; name up to {LONGEST_PLATFORM_NAME} signs."
            raise InvalidFields([FieldProblem("platforms", "invalid", message)])
        require_printable("platforms", each.name)
    named = [spelling for each in platforms for spelling in {each.id, each.name.casefold()}]
    if len(set(named)) < len(named) or OTHER in named:
        message = f"Name each platform once; {OTHER} is for those that are not listed."
        raise InvalidFields([FieldProblem("platforms", "repeated", message)])


def _check_prices(body: _PlansBody) -> None:
    # Its table of currencies is read from a file, and most readers of publications never need it.
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
    """The price list of a checked body, published after `before`."""
    body = read_body(publication, _PlansBody)
    agreed = {plan.id: plan.agreements for plan in before.plans} if before else {}
    plans = tuple(
        Plan(
            id=plan.id,
            terms_id=f"{plan.id}@{publication.version}",
            name=plan.name,
            audience=plan.audience,
            daily_downloads=plan.daily_downloads,
            prices=tuple(Price(price.term, price.currency, price.amount) for price in plan.prices),
            rights=plan.rights,
            agreements=tuple(plan.agreements or agreed.get(plan.id, AGREEMENTS_BEFORE)),
            conditions=plan.conditions,
        )
        for plan in body.plans
    )
    platforms = tuple(Platform(each.id, each.name, each.form_length) for each in body.platforms or ())
    return PriceList(
        publication.version,
        publication.effective_at,
        plans,
        platforms if body.platforms is not None or before is None else before.platforms,
        body.groups or (before.groups if before else GROUPS),
    )
