"""PUT /v1/account/password: another password."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.schemas import PasswordForm
from allmytracks.accounts.use_cases.change_password import Caller
from allmytracks.foundation.errors import InvalidFields, LimitReached, Unauthenticated
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import PASSWORDS
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "PUT",
    "/v1/account/password",
    body=PasswordForm,
    answers={204: None},
    refusals=(
        InvalidFields,
        LimitReached,
        Unauthenticated,
        AccountNotVerified,
        GuardianConsentRequired,
        AccountFrozen,
    ),
    fresh=True,
)
@throttled(PASSWORDS, lambda: services().foundation.throttle)
def change_password(request: Request) -> Answer:
    """Change the password; every other session of the account ends."""
    form = request.body(PasswordForm)
    caller = Caller(request.account_id, request.user_name, request.session_id)
    services().accounts.change_password(caller, form.current_password, form.new_password)
    return Answer(204)


handle = app
