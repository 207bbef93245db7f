"""GET /v1/membership: the caller's membership."""

from allmytracks.bootstrap import services
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.payments.schemas import MembershipAnswer, membership_answer

app = HttpFunction()


@app.route("GET", "/v1/membership", answers={200: MembershipAnswer})
def get_membership(request: Request) -> Answer:
    """The caller's membership now, and all its periods."""
    return Answer(200, membership_answer(services().get_membership(request.account_id)))


handle = app
