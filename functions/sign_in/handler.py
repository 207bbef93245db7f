"""POST /v1/sessions: sign in."""

from allmytracks.accounts.rules import AccountFrozen, WrongCode, WrongCredentials
from allmytracks.accounts.rules_risks import SignInCodeRequired
from allmytracks.accounts.rules_sessions import network_of
from allmytracks.accounts.schemas import SessionAnswer, SignInForm
from allmytracks.accounts.use_cases.sign_in import Client
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.afterwards import afterwards
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import SIGN_IN, client_at
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/sessions",
    body=SignInForm,
    answers={201: SessionAnswer},
    refusals=(WrongCredentials, AccountFrozen, SignInCodeRequired, WrongCode, InvalidFields, LimitReached),
)
@throttled(SIGN_IN, lambda: services().foundation.throttle)
def sign_in(request: Request) -> Answer:
    """Sign in with address and password; a risky sign-in asks for a code by e-mail as well."""
    form = request.body(SignInForm)
    client = Client(client_at(request.source_ip), network_of(request.source_ip), request.user_agent)
    tokens = services().accounts.sign_in(form.email, form.password, client, form.code)
    afterwards(services().accounts.record_acceptances.by_use, tokens.account_id, request.source_ip)
    afterwards(services().enforcement.record_use, tokens.account_id)
    return Answer(201, SessionAnswer(tokens.access_token, tokens.expires_in, refresh_token=tokens.refresh_token))


handle = app
