"""GET /v1/account: the caller's own account."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountNotFound
from allmytracks.domain.instants import rfc3339
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.accounts import AccountAnswer

app = HttpFunction()


@app.route("GET", "/v1/account", answers={200: AccountAnswer}, refusals=(AccountNotFound,))
def get_account(request: Request) -> Answer:
    """The caller's own account."""
    account = services().accounts.get(request.account_id)
    return Answer(
        200,
        AccountAnswer(
            account_id=account.id,
            email=account.email,
            status=account.status,
            kind=account.kind,
            display_name=account.display_name,
            country=account.country,
            minor=account.minor,
            created_at=rfc3339(account.created_at),
            end_user=account.end_user,
            further_users=sorted(account.further_users),
        ),
    )


handle = app
