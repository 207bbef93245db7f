"""GET and PUT /v1/account/consents, POST /v1/account/acceptances: what the caller consents to and accepts."""

from allmytracks.accounts.rules import AccountFrozen
from allmytracks.accounts.rules_agreements import Accepted, AgreementNotFound
from allmytracks.accounts.rules_consents import ConsentNotFound
from allmytracks.accounts.schemas import AcceptForm
from allmytracks.accounts.schemas_consents import (
    AcceptanceAnswer,
    ConsentAnswer,
    ConsentForm,
    ConsentsAnswer,
    acceptance_answer,
    consent_answer,
)
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account/consents", answers={200: ConsentsAnswer})
def list_consents(request: Request) -> Answer:
    """Every optional consent, what it is for, and what the caller decided."""
    found = services().accounts.keep_consents.all(request.account_id)
    return Answer(200, ConsentsAnswer([consent_answer(each) for each in found]))


@app.route(
    "PUT",
    "/v1/account/consents/{id}",
    body=ConsentForm,
    answers={200: ConsentAnswer},
    refusals=(ConsentNotFound, InvalidFields, AccountFrozen),
)
def put_consent(request: Request) -> Answer:
    """Give or withdraw one consent; what depends on it starts or stops at once."""
    form, consent_id = request.body(ConsentForm), request.path_parameters["id"]
    consent = services().accounts.keep_consents.decide(
        request.account_id, consent_id, given=form.given, shown=form.version, source_ip=request.source_ip
    )
    return Answer(200, consent_answer(consent))


@app.route(
    "POST",
    "/v1/account/acceptances",
    body=AcceptForm,
    answers={201: AcceptanceAnswer},
    refusals=(AgreementNotFound, InvalidFields, AccountFrozen),
)
def accept_agreements(request: Request) -> Answer:
    """Accept an agreement in its current version; again changes nothing."""
    form = request.body(AcceptForm)
    accepted = Accepted(form.agreement, form.version)
    evidence = services().accounts.record_acceptances.declared(request.account_id, accepted, request.source_ip)
    return Answer(201, acceptance_answer(evidence))


handle = app
