"""POST /v1/sessions/refresh: a new access token."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import WrongCredentials
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.accounts import RefreshForm, SessionAnswer

app = HttpFunction()


@app.route("POST", "/v1/sessions/refresh", body=RefreshForm, answers={201: SessionAnswer}, refusals=(WrongCredentials,))
def refresh_session(request: Request) -> Answer:
    """Trade a refresh token for a new access token; the refresh token stays the same."""
    tokens = services().identity.refresh(request.body(RefreshForm).refresh_token)
    return Answer(201, SessionAnswer(tokens.access_token, tokens.expires_in, refresh_token=tokens.refresh_token))


handle = app
