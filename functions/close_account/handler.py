"""GET, POST and DELETE /v1/account/closing: the caller applies to close the account (U-II.III.3)."""

from allmytracks.accounts.rules import AccountFrozen
from allmytracks.closing.rules import ClosingBlocked, ClosingDecided
from allmytracks.closing.schemas import AppliedAnswer, ClosingAnswer, ClosingForm, applied_answer, closing_answer
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account/closing", answers={200: ClosingAnswer})
def show_closing(request: Request) -> Answer:
    """The status of the latest application to close the account, and the current blocks to closing."""
    return Answer(200, closing_answer(*services().closing.apply.show(request.account_id)))


@app.route(
    "POST",
    "/v1/account/closing",
    body=ClosingForm,
    answers={202: AppliedAnswer},
    refusals=(InvalidFields, ClosingBlocked, AccountFrozen),
    fresh=True,
)
def apply_for_closing(request: Request) -> Answer:
    """Apply to close the account; a refusal names everything that prevents it (`blocks`)."""
    form = request.body(ClosingForm)
    return Answer(
        202, applied_answer(services().closing.apply(request.account_id, forfeit=form.forfeit, reason=form.reason))
    )


@app.route("DELETE", "/v1/account/closing", answers={204: None}, refusals=(ClosingDecided, AccountFrozen))
def withdraw_closing(request: Request) -> Answer:
    """Take the application back, as long as it is not decided."""
    services().closing.apply.withdraw(request.account_id)
    return Answer(204)


handle = app
