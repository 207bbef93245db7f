"""DELETE /v1/sessions: end every session of the caller."""

from allmytracks.accounts.rules import AccountNotFound
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("DELETE", "/v1/sessions", answers={204: None}, refusals=(AccountNotFound,))
def sign_out(request: Request) -> Answer:
    """Sign out everywhere: no refresh token of this account works any more."""
    services().accounts.end_sessions.all(request.account_id, request.user_name)
    return Answer(204)


handle = app
