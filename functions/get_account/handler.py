"""GET /v1/account: the caller's own account."""

from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.schemas import AccountAnswer
from allmytracks.foundation.http.answers import Answer
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
        AccountAnswer(
            account_id=account.id,
            email=account.email,
            status=account.status,
            kind=account.kind_at(services().foundation.clock.now()),
            display_name=account.display_name,
            country=account.country,
            minor=account.minor,
            created_at=rfc3339(account.created_at),
            end_user=account.end_user,
            further_users=sorted(account.further_users),
        ),
    )


handle = app
