"""POST /v1/accounts/verification and /verification-codes: prove the address with the code."""

from allmytracks.accounts.rules import WrongCode
from allmytracks.accounts.rules_sign_ups import SignedUpAsMinor
from allmytracks.accounts.schemas import AddressForm, VerificationForm
from allmytracks.documents.rules_languages import first_accepted
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import VERIFICATION
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/accounts/verification",
    body=VerificationForm,
    answers={204: None},
    refusals=(WrongCode, SignedUpAsMinor, InvalidFields, LimitReached),
)
@throttled(VERIFICATION, lambda: services().foundation.throttle)
def verify_account(request: Request) -> Answer:
    """Prove an address with the code that was sent to it."""
    form = request.body(VerificationForm)
    services().accounts.verify(form.email, form.code, form.password)
    return Answer(204)


@app.route(
    "POST",
    "/v1/accounts/verification-codes",
    body=AddressForm,
    answers={202: None},
    refusals=(InvalidFields, LimitReached),
)
@throttled(VERIFICATION, lambda: services().foundation.throttle)
def send_code_again(request: Request) -> Answer:
    """Ask for another code of a sign-up. The answer is the same whatever is known of the address."""
    services().accounts.send_code_again(
        request.body(AddressForm).email, first_accepted(request.header("accept-language"))
    )
    return Answer(202)


handle = app
