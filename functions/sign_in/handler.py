"""POST /v1/sessions: sign in."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountNotVerified, WrongCredentials
from allmytracks.domain.errors import LimitReached
from allmytracks.domain.throttling import SIGN_IN
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.accounts import SessionAnswer, SignInForm
from allmytracks.entrypoints.throttling import throttled

app = HttpFunction()


@app.route(
    "POST",
    "/v1/sessions",
    body=SignInForm,
    answers={201: SessionAnswer},
    refusals=(WrongCredentials, AccountNotVerified, LimitReached),
)
@throttled(SIGN_IN, lambda: services().throttle)
def sign_in(request: Request) -> Answer:
    """Sign in with address and password."""
    form = request.body(SignInForm)
    tokens = services().sign_in(form.email, form.password)
    return Answer(201, SessionAnswer(tokens.access_token, tokens.expires_in, refresh_token=tokens.refresh_token))


handle = app
