"""GET and DELETE /v1/account/sessions: where the caller is signed in."""

from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.schemas import OpenSessionAnswer, OpenSessionsAnswer
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import rfc3339
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account/sessions", answers={200: OpenSessionsAnswer}, refusals=(AccountNotFound,))
def list_sessions(request: Request) -> Answer:
    """The caller's open sessions."""
    items = [
        OpenSessionAnswer(
            session_id=each.id,
            started_at=rfc3339(each.started_at),
            last_seen_at=rfc3339(each.last_seen_at),
            address=each.network,
            device=each.device,
            current=each.id == request.session_id,
        )
        for each in services().accounts.list_sessions(request.account_id)
    ]
    return Answer(200, OpenSessionsAnswer(items))


@app.route("DELETE", "/v1/account/sessions", answers={204: None}, refusals=(AccountNotFound,))
def end_other_sessions(request: Request) -> Answer:
    """End every session but the caller's own: none of them can be refreshed any more."""
    services().accounts.end_sessions.others(request.account_id, request.session_id)
    return Answer(204)


handle = app
