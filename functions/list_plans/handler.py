"""GET /v1/plans: the plans on sale."""

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.memberships.rules_plans import Plan, PlanNotFound
from allmytracks.memberships.rules_rights import rights_of
from allmytracks.memberships.schemas_plans import (
    PlanAnswer,
    PlanConditionsAnswer,
    PlansAnswer,
    PlatformAnswer,
    PriceAnswer,
    PurposeAnswer,
)
from allmytracks.payments.rules_charges import is_charged
from allmytracks.wiring import services

app = HttpFunction()
# Publications take effect within a minute everywhere.
CACHED = "public, max-age=60"


@app.route("GET", "/v1/plans", answers={200: PlansAnswer}, refusals=(PlanNotFound,), cache=CACHED)
def list_plans(_request: Request) -> Answer:
    """The plans of the price list in force, the purposes and platforms of their licences."""
    in_force = services().memberships.list_plans(is_charged)
    purposes = [
        PurposeAnswer(purpose, group, "required" if in_force.needs_platform(purpose) else "optional")
        for purpose, group in in_force.purposes.items()
    ]
    platforms = [PlatformAnswer(each.id, each.name) for each in in_force.platforms]
    return Answer(200, PlansAnswer([_answer(plan) for plan in in_force.plans], purposes, platforms))


def _answer(plan: Plan) -> PlanAnswer:
    return PlanAnswer(
        id=plan.id,
        name=plan.name,
        audience=plan.audience,
        daily_downloads=plan.daily_downloads,
        prices=[PriceAnswer(price.term, price.currency, price.amount) for price in plan.prices],
        rights={purpose: right.value for purpose, right in rights_of(plan.rights).items()},
        agreements=list(plan.agreements),
        terms_id=plan.terms_id,
        price_list=plan.price_list,
        conditions={purpose: _conditions(plan, purpose) for purpose in plan.conditions},
    )


def _conditions(plan: Plan, purpose: str) -> PlanConditionsAnswer:
    said = plan.conditions_of(purpose)
    if said is None:
        raise LookupError(f"{purpose} has no conditions")
    return PlanConditionsAnswer(said.monetisation, said.editing, said.attribution)


handle = app
