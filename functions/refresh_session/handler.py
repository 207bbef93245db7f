"""POST /v1/sessions/refresh: a new access token."""

from allmytracks.accounts.rules import AccountFrozen, WrongCredentials
from allmytracks.accounts.schemas import RefreshForm, SessionAnswer
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.afterwards import afterwards
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import REFRESH
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/sessions/refresh",
    body=RefreshForm,
    answers={201: SessionAnswer},
    refusals=(WrongCredentials, AccountFrozen, InvalidFields, LimitReached),
)
@throttled(REFRESH, lambda: services().foundation.throttle)
def refresh_session(request: Request) -> Answer:
    """Trade a refresh token for a new access token; the refresh token stays the same."""
    tokens = services().accounts.refresh_session(request.body(RefreshForm).refresh_token)
    afterwards(services().accounts.record_acceptances.by_use, tokens.account_id, request.source_ip)
    afterwards(services().enforcement.record_use, tokens.account_id)
    return Answer(201, SessionAnswer(tokens.access_token, tokens.expires_in, refresh_token=tokens.refresh_token))


handle = app
