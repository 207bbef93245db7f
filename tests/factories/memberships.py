"""Small things that many tests need: plans, tracks, accounts, periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from allmytracks.memberships.rules import Period, Purchase
from allmytracks.memberships.rules_plans import (
    Plan,
    Price,
    PriceList,
    PriceLists,
)
from allmytracks.memberships.rules_rights import ProjectKind, Right
from allmytracks.publishing.ports import Publication
from tests.factories.instants import NOW, PUBLISHED_AT

# The facts of the rights table, written down a second time so that a change of either is seen.
PERSONAL_ONLY = ("social_media", "streaming_radio", "educational_curricula", "academic", "audiovisual")
BUSINESS_ONLY = ("ads_promos", "software_embedding")
NOBODY = ("hardware_embedding", "offline_venue")
RIGHTS = {
    "premium": {
        each: Right.PERSONAL if each in PERSONAL_ONLY else Right.NO
        for each in (*PERSONAL_ONLY, *BUSINESS_ONLY, *NOBODY)
    },
    "business": {each: Right.NO if each in NOBODY else Right.YES for each in (*PERSONAL_ONLY, *BUSINESS_ONLY, *NOBODY)},
}


def plan(plan_id: str = "premium", version: str = "v1") -> Plan:
    """Premium or Business."""
    premium = plan_id == "premium"
    return Plan(
        id=plan_id,
        terms_id=f"{plan_id}@{version}",
        name=f"Music & Sound Effects {plan_id.title()}",
        audience=ProjectKind.PERSONAL if premium else ProjectKind.ENTERPRISE,
        daily_downloads=30 if premium else 50,
        prices=(Price("month", "USD", 1990 if premium else 5990), Price("year", "USD", 19900)),
        rights=RIGHTS[plan_id],
        agreements=("premium-agreement",),
    )


PLATFORMS = [{"id": "youtube", "name": "YouTube"}, {"id": "tiktok", "name": "TikTok"}, {"id": "x", "name": "X"}]


def price_lists() -> PriceLists:
    """One list with both plans."""
    return PriceLists((PriceList("v1", PUBLISHED_AT, (plan("premium"), plan("business"))),))


def plans_publication(
    version: str = "v1",
    effective_at: datetime = PUBLISHED_AT,
    amount: int = 1990,
    prices: Sequence[tuple[str, str, int]] = (),
) -> Publication:
    """The same list as operators publish it."""
    prices = prices or [("month", "USD", amount)]
    plans = [
        {
            "id": each.id,
            "name": each.name,
            "audience": each.audience,
            "daily_downloads": each.daily_downloads,
            "prices": [{"term": term, "currency": currency, "amount": of_term} for term, currency, of_term in prices],
            "rights": dict(each.rights),
        }
        for each in (plan("premium"), plan("business"))
    ]
    return Publication("plans", version, effective_at, {"plans": plans, "platforms": PLATFORMS})


def period(
    plan_id: str = "premium",
    starts_at: datetime = NOW - timedelta(days=1),
    days: float = 30,
    order_id: str = "ord-1",
    limit: int | None = None,
) -> Period:
    """A paid period of one plan."""
    sold = plan(plan_id)
    return Period(
        order_id=order_id,
        plan=plan_id,
        terms_id=sold.terms_id,
        daily_limit=limit or sold.daily_downloads,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=days),
    )


def purchase_of(paid: Period) -> Purchase:
    """The purchase of which this period alone is left: a longer one was ended at its end."""
    return Purchase(
        paid.order_id,
        paid.plan,
        paid.terms_id,
        paid.daily_limit,
        "year",
        activated_at=paid.starts_at,
        quoted_at=paid.starts_at,
        ended_at=paid.ends_at,
    )
