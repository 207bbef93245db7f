"""GET /v1/account: the caller's own account."""

from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.schemas import AccountAnswer, account_answer
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account", answers={200: AccountAnswer}, refusals=(AccountNotFound,))
def get_account(request: Request) -> Answer:
    """The caller's own account; its ETag goes with a change."""
    return account_answer(services().accounts.repository.get(request.account_id), services().foundation.clock.now())


handle = app
