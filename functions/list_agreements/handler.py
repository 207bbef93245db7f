"""GET /v1/agreements and GET /v1/agreements/{id}: the agreements in force."""

from allmytracks.accounts.rules_agreements import Agreement, AgreementNotFound
from allmytracks.accounts.schemas import AgreementAnswer, AgreementsAnswer
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import rfc3339
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/agreements", answers={200: AgreementsAnswer})
def list_agreements(_request: Request) -> Answer:
    """The current version of every agreement."""
    return Answer(200, AgreementsAnswer([_answer(each) for each in services().accounts.list_agreements()]))


@app.route("GET", "/v1/agreements/{id}", answers={200: AgreementAnswer}, refusals=(AgreementNotFound,))
def get_agreement(request: Request) -> Answer:
    """One agreement in its current version, with its text."""
    agreement = services().accounts.list_agreements.one(request.path_parameters["id"])
    answer = _answer(agreement)
    answer.text = agreement.text
    return Answer(200, answer)


def _answer(agreement: Agreement) -> AgreementAnswer:
    return AgreementAnswer(
        id=agreement.id,
        version=agreement.version,
        title=agreement.title,
        effective_at=rfc3339(agreement.effective_at),
        url=f"{services().foundation.settings.public_url}/v1/agreements/{agreement.id}",
    )


handle = app
