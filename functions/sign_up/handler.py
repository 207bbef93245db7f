"""POST /v1/accounts: sign up."""

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.schemas import SignedUpAnswer, SignUpForm
from allmytracks.accounts.use_cases.sign_up import SignUpRequest
from allmytracks.documents.rules_languages import first_accepted
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import SIGN_UP
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST", "/v1/accounts", body=SignUpForm, answers={201: SignedUpAnswer}, refusals=(InvalidFields, LimitReached)
)
@throttled(SIGN_UP, lambda: services().foundation.throttle)
def sign_up(request: Request) -> Answer:
    """Sign up. The answer is the same for an address that has an account; its owner gets a mail."""
    form = request.body(SignUpForm)
    signed_up = services().accounts.sign_up(
        SignUpRequest(
            email=form.email,
            password=form.password,
            accept=[Accepted(each.agreement, each.version) for each in form.accept],
            source_ip=request.source_ip,
            display_name=form.display_name,
            country=form.country,
            minor=form.minor,
            guardian_email=form.guardian_email,
            language=form.language or first_accepted(request.header("accept-language")),
        )
    )
    return Answer(201, SignedUpAnswer(signed_up.account_id, signed_up.status))


handle = app
