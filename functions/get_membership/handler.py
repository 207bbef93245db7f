"""GET /v1/membership: the caller's membership."""

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.payments.schemas import MembershipAnswer, membership_answer
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/membership", answers={200: MembershipAnswer})
def get_membership(request: Request) -> Answer:
    """The caller's membership now, and all its periods."""
    return Answer(200, membership_answer(services().memberships.get(request.account_id)))


handle = app
