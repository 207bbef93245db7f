"""GET /v1/account: the caller's own account."""

from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.schemas import AccountAnswer
from allmytracks.foundation.http.answers import Answer, answer_from
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import rfc3339
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account", answers={200: AccountAnswer}, refusals=(AccountNotFound,))
def get_account(request: Request) -> Answer:
    """The caller's own account."""
    account = services().accounts.repository.get(request.account_id)
    return Answer(
        200,
        answer_from(
            AccountAnswer,
            account,
            account_id=account.id,
            kind=account.kind_at(services().foundation.clock.now()),
            created_at=rfc3339(account.created_at),
            further_users=sorted(account.further_users),
        ),
    )


handle = app
