"""POST /v1/account/freeze and /freeze-codes: the caller stops every use of the account."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotFound, AccountNotVerified, WrongCode
from allmytracks.accounts.schemas import FreezeForm
from allmytracks.enforcement.rules_standings import CannotBeFrozen
from allmytracks.foundation.errors import FreshSignInRequired, InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.freshness import require_fresh
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import PASSWORDS
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/account/freeze-codes",
    answers={202: None},
    refusals=(AccountNotFound, AccountNotVerified, AccountFrozen, LimitReached),
)
@throttled(PASSWORDS, lambda: services().foundation.throttle)
def ask_for_freeze_code(request: Request) -> Answer:
    """Ask for a code that freezes the account without a recent sign-in."""
    services().enforcement.ask_freeze_code(request.account_id)
    return Answer(202)


@app.route(
    "POST",
    "/v1/account/freeze",
    body=FreezeForm,
    answers={204: None},
    refusals=(
        FreshSignInRequired,
        WrongCode,
        InvalidFields,
        CannotBeFrozen,
        AccountNotFound,
        AccountNotVerified,
        AccountFrozen,
        LimitReached,
    ),
)
@throttled(PASSWORDS, lambda: services().foundation.throttle)
def freeze_account(request: Request) -> Answer:
    """Freeze the account, after a recent sign-in or with a code: every session ends, and nobody can sign in."""
    code = request.body(FreezeForm).code
    if code is None:
        require_fresh(request)
    services().enforcement.freeze_account(request.account_id, request.user_name, code)
    return Answer(204)


handle = app
