"""GET /v1/plans: the plans on sale."""

from allmytracks.bootstrap import services
from allmytracks.domain.plans import Plan, PlanNotFound
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.accounts import PlanAnswer, PlansAnswer, PriceAnswer

app = HttpFunction()


@app.route("GET", "/v1/plans", answers={200: PlansAnswer}, refusals=(PlanNotFound,))
def list_plans(_request: Request) -> Answer:
    """The plans of the price list in force."""
    return Answer(200, PlansAnswer([_answer(plan) for plan in services().list_plans()]))


def _answer(plan: Plan) -> PlanAnswer:
    return PlanAnswer(
        id=plan.id,
        name=plan.name,
        audience=plan.audience,
        daily_downloads=plan.daily_downloads,
        prices=[PriceAnswer(price.term, price.currency, price.amount) for price in plan.prices],
        rights={purpose.value: right.value for purpose, right in plan.rights.items()},
    )


handle = app
