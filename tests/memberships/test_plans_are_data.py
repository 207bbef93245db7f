"""Plans are published data: what is sold follows the list in force only."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.foundation.errors import InvalidFields
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_plans import Conditions
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS
from allmytracks.memberships.rules_rights import ProjectKind, Right, rights_of
from allmytracks.memberships.use_cases.list_plans import ListPlans
from allmytracks.payments.orders.published import check_price_list
from allmytracks.payments.rules_charges import is_charged
from allmytracks.publishing.ports import Publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.factories.memberships import RIGHTS, plans_publication
from tests.factories.order_world import REQUEST, World
from tests.fakes.publishing import MemoryPublications

CONFIG = Path(__file__).parents[2] / "config" / "plans.toml"
SOUNDS_ONLY: dict[str, Any] = {
    "id": "sounds",
    "name": "Sounds Only",
    "audience": "personal",
    "daily_downloads": 7,
    "prices": [{"term": "year", "currency": "EUR", "amount": 4900}],
    "rights": dict.fromkeys(PURPOSE_WORDS, "no") | {"academic": "personal"},
}


@pytest.mark.clause("M-I.2")
def test_the_two_plans_of_the_agreement_are_what_is_published() -> None:
    published = Publication("plans", "v1", PUBLISHED_AT, tomllib.loads(CONFIG.read_text())["body"])
    check_price_list(published)

    plans = {plan.id: plan for plan in ListPlans(MemoryPublications([published]), World().clock)(is_charged).plans}

    assert {name: (plan.name, plan.audience, plan.daily_downloads) for name, plan in plans.items()} == {
        "premium": ("Music & Sound Effects Premium", ProjectKind.PERSONAL, 30),
        "business": ("Music & Sound Effects Business", ProjectKind.ENTERPRISE, 50),
    }
    assert {name: plan.rights for name, plan in plans.items()} == RIGHTS
    for plan in plans.values():
        assert {price.term for price in plan.prices} == {"month", "year"}
        assert plan.conditions_of("academic") == Conditions("yes" if plan.id == "business" else "no", "yes", "no")
        assert plan.conditions_of("offline_venue") == Conditions("no", "no", "no")


def with_conditions(conditions: dict[str, dict[str, str]]) -> Publication:
    """The price list with these conditions for the premium plan."""
    body = json.loads(json.dumps(plans_publication().body))
    body["plans"][0]["conditions"] = conditions
    return Publication("plans", "v2", NOW, body)


def test_a_list_gives_every_row_its_conditions_or_none() -> None:
    said = {"monetisation": "no", "editing": "yes", "attribution": "no"}
    every = dict.fromkeys(PURPOSE_WORDS, said)
    check_price_list(with_conditions(every))
    for wrong in ({"academic": said}, {**every, "academic": {**said, "editing": "perhaps"}}):
        with pytest.raises(InvalidFields) as refused:
            check_price_list(with_conditions(wrong))
        assert [problem.field for problem in refused.value.problems] == ["conditions"]


def test_conditions_are_read_as_no_where_unknown_and_as_nothing_where_not_published() -> None:
    said = {"monetisation": "half", "editing": "yes", "attribution": ""}
    later = with_conditions(dict.fromkeys(PURPOSE_WORDS, said))
    lists = published_price_lists(MemoryPublications([plans_publication(), later]))
    assert lists.by_terms("premium@v1").conditions_of("academic") is None
    assert lists.by_terms("premium@v2").conditions_of("academic") == Conditions("no", "yes", "no")


@pytest.mark.clause("M-I.2")
def test_a_plan_that_is_published_is_listed_and_sold_and_one_that_is_left_out_is_not() -> None:
    world = World()
    premium_before = json.loads(json.dumps(plans_publication().body))["plans"][0]
    changed = {**premium_before, "name": "Premium Plus", "daily_downloads": 31}
    changed["rights"] = {**changed["rights"], "academic": "no"}
    body = {"plans": [changed, SOUNDS_ONLY]}  # business is left out
    world.publications.publish(Publication("plans", "v2", NOW, body))
    listed = {plan.id: plan for plan in ListPlans(world.publications, world.clock)(is_charged).plans}
    sold = world.create(replace(REQUEST, plan="sounds", term="year")).order
    premium = world.create(REQUEST).order

    assert list(listed) == ["premium", "sounds"]
    assert (listed["premium"].name, listed["premium"].rights["academic"]) == ("Premium Plus", Right.NO)
    assert (sold.amount, sold.currency, sold.benefits.term) == (4900, "EUR", "year")
    assert (sold.benefits.daily_downloads, sold.benefits.audience) == (7, ProjectKind.PERSONAL)
    rights = rights_of(sold.benefits.rights)
    assert {purpose for purpose, right in rights.items() if right is not Right.NO} == {"academic"}
    assert (premium.benefits.daily_downloads, premium.benefits.rights["academic"]) == (31, "no")
    with pytest.raises(InvalidFields) as refused:
        world.create(replace(REQUEST, plan="business"))
    assert [problem.field for problem in refused.value.problems] == ["plan"]
