"""GET /v1/plans: the plans on sale."""

from allmytracks.accounts.schemas import PlanAnswer, PlansAnswer, PriceAnswer
from allmytracks.bootstrap import services
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.memberships.rules_plans import Plan, PlanNotFound

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
