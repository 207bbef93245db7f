"""POST /v1/accounts/verification: prove the address with the code."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import WrongCode
from allmytracks.domain.errors import LimitReached
from allmytracks.domain.throttling import VERIFICATION
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.accounts import VerificationForm
from allmytracks.entrypoints.throttling import throttled

app = HttpFunction()


@app.route(
    "POST",
    "/v1/accounts/verification",
    body=VerificationForm,
    answers={204: None},
    refusals=(WrongCode, LimitReached),
)
@throttled(VERIFICATION, lambda: services().throttle)
def verify_account(request: Request) -> Answer:
    """Prove an address with the code that was sent to it."""
    form = request.body(VerificationForm)
    services().verify_account(form.email, form.code)
    return Answer(204)


handle = app
