"""POST and PUT /v1/password-resets: a forgotten password."""

from allmytracks.accounts.rules import WrongCode
from allmytracks.accounts.schemas import AddressForm, PasswordResetForm
from allmytracks.documents.rules_languages import first_accepted
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import PASSWORDS
from allmytracks.wiring import services

app = HttpFunction()


@app.route("POST", "/v1/password-resets", body=AddressForm, answers={202: None}, refusals=(InvalidFields, LimitReached))
@throttled(PASSWORDS, lambda: services().foundation.throttle)
def ask_for_reset_code(request: Request) -> Answer:
    """Ask for a code that sets a new password. The answer is the same whether or not the address has an account."""
    services().accounts.ask_password_reset(
        request.body(AddressForm).email, first_accepted(request.header("accept-language"))
    )
    return Answer(202)


@app.route(
    "PUT",
    "/v1/password-resets",
    body=PasswordResetForm,
    answers={204: None},
    refusals=(WrongCode, InvalidFields, LimitReached),
)
@throttled(PASSWORDS, lambda: services().foundation.throttle)
def reset_password(request: Request) -> Answer:
    """Set a new password with the code that was sent; every session of the account ends."""
    form = request.body(PasswordResetForm)
    services().accounts.reset_password(form.email, form.code, form.new_password)
    return Answer(204)


handle = app
