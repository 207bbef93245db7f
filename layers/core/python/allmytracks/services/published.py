"""Reading publications as what they are: price lists, taxes, agreements, rules, certificates."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import msgspec

from allmytracks.domain.agreements import Agreement, Agreements
from allmytracks.domain.errors import FieldProblem, InvalidFields
from allmytracks.domain.fraud import Burst, Evenness, FraudRules, Suspicion, Watch
from allmytracks.domain.plans import Plan, Price, PriceList, PriceLists, Term
from allmytracks.domain.rights import ProjectKind, Purpose, Right
from allmytracks.domain.taxes import TaxRate, TaxTable
from allmytracks.ports.publications import Publication, Publications

if TYPE_CHECKING:
    from allmytracks.domain.names import NameRules

PLANS, AGREEMENTS, NAME_RULES, FRAUD_RULES, TAXES = "plans", "agreements", "name-rules", "fraud-rules", "taxes"
CERTIFICATES = "certificates"

Positive = Annotated[int, msgspec.Meta(ge=1)]


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


class _TaxRateBody(msgspec.Struct, forbid_unknown_fields=True):
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2}|\*)$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    percent: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,2}(\.[0-9]{1,3})?$")]
    included: bool


class _TaxesBody(msgspec.Struct, forbid_unknown_fields=True):
    rates: list[_TaxRateBody]


class _AgreementBody(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str
    text: str


class _NameRulesBody(msgspec.Struct, forbid_unknown_fields=True):
    prohibited: list[str]
    allowed: list[str] = []


class _BurstBody(msgspec.Struct, forbid_unknown_fields=True):
    downloads: Positive
    minutes: Positive


class _WatchBody(msgspec.Struct, forbid_unknown_fields=True):
    minutes: Positive
    case: Positive
    restrict: Positive


class _EvennessBody(msgspec.Struct, forbid_unknown_fields=True):
    variation_percent: Positive
    longest_seconds: Positive


class _FraudRulesBody(msgspec.Struct, forbid_unknown_fields=True):
    burst: _BurstBody
    watches: dict[Suspicion, _WatchBody]
    evenness: _EvennessBody
    tools: list[Annotated[str, msgspec.Meta(min_length=3)]]
    links_per_download: Positive
    restriction_minutes: Positive


class _CertificatesBody(msgspec.Struct, forbid_unknown_fields=True):
    chain: Annotated[str, msgspec.Meta(pattern=r"^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\s*$")]


_BODIES: dict[str, type[msgspec.Struct]] = {
    PLANS: _PlansBody,
    AGREEMENTS: _AgreementBody,
    NAME_RULES: _NameRulesBody,
    FRAUD_RULES: _FraudRulesBody,
    TAXES: _TaxesBody,
    CERTIFICATES: _CertificatesBody,
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
        _check_prices(body)
    if isinstance(body, _TaxesBody) and len({rate.country for rate in body.rates}) < len(body.rates):
        raise InvalidFields([FieldProblem("rates", "repeated", "Give each country one rate.")])
    if isinstance(body, _FraudRulesBody):
        unwatched = [each.value for each in Suspicion if each not in body.watches]
        if unwatched:
            problem = FieldProblem("watches", "required", f"These watches are missing: {', '.join(unwatched)}.")
            raise InvalidFields([problem])


def _check_prices(body: _PlansBody) -> None:
    # Its table of currencies is read from a file, and most functions that read publications never need it.
    from allmytracks.domain.money import is_currency  # noqa: PLC0415

    prices = [(plan.id, price) for plan in body.plans for price in plan.prices]
    unknown = sorted({price.currency for _, price in prices if not is_currency(price.currency)})
    if unknown:
        raise InvalidFields([FieldProblem("currency", "unknown", f"There is no such currency: {', '.join(unknown)}.")])
    if len({(plan, price.term, price.currency) for plan, price in prices}) < len(prices):
        raise InvalidFields([FieldProblem("prices", "repeated", "Give each term of a plan one price in a currency.")])


def tax_tables(publications: Publications) -> tuple[TaxTable, ...]:
    """Every table of tax rates ever published."""
    found = []
    for each in publications.all(TAXES):
        body = msgspec.convert(each.body, _TaxesBody)
        rates = (TaxRate(rate.country, rate.name, Decimal(rate.percent), rate.included) for rate in body.rates)
        found.append(TaxTable(each.effective_at, tuple(rates)))
    return tuple(found)


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


def certificate_chains(publications: Publications, now: datetime) -> list[str]:
    """The certificates of the keys that seal letters, each with its chain (PEM), the newest in force first."""
    in_force = [each for each in publications.all(CERTIFICATES) if each.effective_at <= now]
    return [msgspec.convert(each.body, _CertificatesBody).chain for each in reversed(in_force)]


def fraud_rules(publications: Publications, now: datetime) -> FraudRules | None:
    """The anti-fraud rules in force; None before any were published, and then nothing is slowed down or watched."""
    in_force = [each for each in publications.all(FRAUD_RULES) if each.effective_at <= now]
    if not in_force:
        return None
    body = msgspec.convert(in_force[-1].body, _FraudRulesBody)
    return FraudRules(
        burst=Burst(body.burst.downloads, body.burst.minutes),
        # In an order of their own: where two restrict at once, the first is the reason that the member is told.
        watches={each: Watch(*msgspec.structs.astuple(body.watches[each])) for each in Suspicion},
        evenness=Evenness(body.evenness.variation_percent, body.evenness.longest_seconds),
        tools=tuple(tool.lower() for tool in body.tools),
        links_per_download=body.links_per_download,
        restriction_minutes=body.restriction_minutes,
    )


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
