"""/v1/account/third-party-logins: the logins of other providers that open the caller's account."""

from collections.abc import Sequence

from allmytracks.accounts.rules import AccountFrozen, AccountNotFound, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.third_party.rules import LoginIsLinked, NoThirdParty, ThirdPartyLogin, ThirdPartyRefused
from allmytracks.accounts.third_party.schemas import (
    LinkedLoginAnswer,
    LinkedLoginsAnswer,
    ReturnForm,
    VisitAnswer,
    visit_answer,
)
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import rfc3339
from allmytracks.wiring import services

app = HttpFunction()
BY_STATE = (AccountNotFound, AccountNotVerified, AccountFrozen, GuardianConsentRequired)


@app.route("GET", "/v1/account/third-party-logins", answers={200: LinkedLoginsAnswer}, refusals=(AccountNotFound,))
def list_third_party_logins(request: Request) -> Answer:
    """The caller's linked logins, oldest first."""
    return Answer(200, _linked(services().accounts.third_party.logins.list(request.account_id)))


@app.route(
    "POST", "/v1/account/third-party-logins", answers={201: VisitAnswer}, refusals=(*BY_STATE, NoThirdParty), fresh=True
)
def begin_third_party_link(request: Request) -> Answer:
    """Begin to link a login, after a recent sign-in: the browser goes to `authorization_url`."""
    return Answer(201, visit_answer(services().accounts.third_party.begin(request.account_id, request.user_name)))


@app.route(
    "PUT",
    "/v1/account/third-party-logins",
    body=ReturnForm,
    answers={200: LinkedLoginsAnswer},
    refusals=(*BY_STATE, NoThirdParty, ThirdPartyRefused, LoginIsLinked, InvalidFields),
    fresh=True,
)
def link_third_party_login(request: Request) -> Answer:
    """Link the login that the browser came back with. Only a visit that this member began links to this account."""
    form = request.body(ReturnForm)
    linked = services().accounts.third_party.logins.link(request.account_id, form.sign_in_id, form.state, form.code)
    return Answer(200, _linked(linked))


@app.route("DELETE", "/v1/account/third-party-logins", answers={204: None}, refusals=BY_STATE, fresh=True)
def unlink_third_party_logins(request: Request) -> Answer:
    """End all links; address and password open the account as before."""
    services().accounts.third_party.logins.unlink(request.account_id)
    return Answer(204)


def _linked(logins: Sequence[ThirdPartyLogin]) -> LinkedLoginsAnswer:
    return LinkedLoginsAnswer(
        [LinkedLoginAnswer(each.issuer, each.subject, rfc3339(each.linked_at)) for each in logins]
    )


handle = app
