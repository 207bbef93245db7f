"""PATCH /v1/account: the caller's particulars."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotFound, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.schemas import AccountAnswer, ParticularsForm, account_answer
from allmytracks.foundation.errors import InvalidFields, PreconditionFailed, PreconditionRequired
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "PATCH",
    "/v1/account",
    body=ParticularsForm,
    answers={200: AccountAnswer},
    refusals=(
        InvalidFields,
        PreconditionFailed,
        PreconditionRequired,
        AccountNotFound,
        AccountNotVerified,
        GuardianConsentRequired,
        AccountFrozen,
    ),
    fresh=True,
)
def change_account(request: Request) -> Answer:
    """Change or remove particulars, if the account is unchanged since it was read (If-Match)."""
    changes = request.body(ParticularsForm).changes()
    account = services().accounts.change_particulars(request.account_id, changes, request.if_match)
    return account_answer(account, services().foundation.clock.now())


handle = app
