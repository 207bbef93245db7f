"""POST /v1/membership/cancellation: the caller cancels, without a refund (M-V.1)."""

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.payments.orders.rules import NothingToEnd
from allmytracks.payments.schemas import CancellationForm, MembershipAnswer, membership_answer
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/membership/cancellation",
    body=CancellationForm,
    answers={200: MembershipAnswer},
    refusals=(InvalidFields, NothingToEnd),
)
def cancel_membership(request: Request) -> Answer:
    """End the caller's membership at once, with all periods to come; say that you know that no fee is returned."""
    request.body(CancellationForm)
    services().payments.ledger.cancel_membership(request.account_id)
    return Answer(200, membership_answer(services().memberships.get(request.account_id)))


handle = app
