"""Signing in, and up, by an account at the OpenID Connect provider that is configured."""

from allmytracks.accounts.rules import AccountFrozen, WrongCredentials
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_sessions import network_of
from allmytracks.accounts.rules_sign_ups import SignedUpAsMinor
from allmytracks.accounts.schemas import SessionAnswer
from allmytracks.accounts.third_party.rules import (
    ATTRIBUTES,
    AddressHasAccount,
    AddressNotProved,
    AddressRests,
    NoThirdParty,
    ThirdPartyIdentity,
    ThirdPartyRefused,
)
from allmytracks.accounts.third_party.schemas import (
    ProviderAnswer,
    ReturnForm,
    ThirdPartyPersonAnswer,
    ThirdPartySignUpForm,
    VisitAnswer,
    person_answer,
    session_answer,
    visit_answer,
)
from allmytracks.accounts.use_cases.sign_in import Client
from allmytracks.accounts.use_cases.sign_up import SignUpRequest
from allmytracks.foundation.errors import InvalidFields, LimitReached
from allmytracks.foundation.http.afterwards import afterwards
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import SIGN_IN, SIGN_UP, client_at
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/third-party-provider", answers={200: ProviderAnswer}, refusals=(NoThirdParty,))
@throttled(SIGN_IN, lambda: services().foundation.throttle)
def show_third_party_provider(_request: Request) -> Answer:
    """Which provider members may sign in with, and which attributes are read from it."""
    return Answer(200, ProviderAnswer(services().accounts.third_party.provider.issuer, list(ATTRIBUTES)))


@app.route("POST", "/v1/third-party-visits", answers={201: VisitAnswer}, refusals=(NoThirdParty, LimitReached))
@throttled(SIGN_IN, lambda: services().foundation.throttle)
def begin_third_party_visit(_request: Request) -> Answer:
    """Begin to sign in: the browser keeps `sign_in_id` and goes to `authorization_url`."""
    return Answer(201, visit_answer(services().accounts.third_party.begin()))


@app.route(
    "POST",
    "/v1/third-party-sessions",
    body=ReturnForm,
    answers={201: SessionAnswer, 200: ThirdPartyPersonAnswer},
    refusals=(NoThirdParty, ThirdPartyRefused, AccountFrozen, WrongCredentials, InvalidFields, LimitReached),
)
@throttled(SIGN_IN, lambda: services().foundation.throttle)
def sign_in_by_third_party(request: Request) -> Answer:
    """Sign in with what the browser came back with: 201, or 200 where no account is linked to this login."""
    form = request.body(ReturnForm)
    found = services().accounts.third_party.sign_in(form.sign_in_id, form.state, form.code, _client(request))
    if isinstance(found, ThirdPartyIdentity):
        return Answer(200, person_answer(found))
    afterwards(services().accounts.record_acceptances.by_use, found.account_id, request.source_ip)
    afterwards(services().enforcement.record_use, found.account_id)
    return Answer(201, session_answer(found))


@app.route(
    "POST",
    "/v1/third-party-accounts",
    body=ThirdPartySignUpForm,
    answers={201: SessionAnswer},
    refusals=(
        ThirdPartyRefused,
        AddressNotProved,
        AddressHasAccount,
        AddressRests,
        SignedUpAsMinor,
        AccountFrozen,
        WrongCredentials,
        InvalidFields,
        LimitReached,
    ),
)
@throttled(SIGN_UP, lambda: services().foundation.throttle)
def sign_up_by_third_party(request: Request) -> Answer:
    """Make an account of a login that has none, with the agreements accepted; nothing is stored before."""
    form = request.body(ThirdPartySignUpForm)
    declared = SignUpRequest(
        email="",
        password="",
        accept=[Accepted(each.agreement, each.version) for each in form.accept],
        source_ip=request.source_ip,
        display_name=form.display_name,
        country=form.country,
        minor=form.minor,
        guardian_email=form.guardian_email,
    )
    tokens = services().accounts.third_party.sign_up(form.sign_in_id, declared, _client(request))
    afterwards(services().enforcement.record_use, tokens.account_id)
    return Answer(201, session_answer(tokens))


def _client(request: Request) -> Client:
    return Client(client_at(request.source_ip), network_of(request.source_ip), request.user_agent)


handle = app
