"""GET /v1/agreements and /v1/agreements/{id}, GET /v1/processors: what is published on the use of data."""

from allmytracks.accounts.page_agreement import agreement_headers, agreement_page
from allmytracks.accounts.rules_agreements import Agreement, AgreementNotFound
from allmytracks.accounts.rules_processors import ProcessorsNotFound
from allmytracks.accounts.schemas import AgreementAnswer, AgreementQuery, AgreementsAnswer, AgreementVersionAnswer
from allmytracks.accounts.schemas_consents import ProcessorsAnswer, ProcessorsQuery, processors_answer
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import HTML, Answer, prefers
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import rfc3339
from allmytracks.wiring import services

app = HttpFunction()
# Publications take effect within a minute everywhere.
CACHED = "public, max-age=60"


@app.route("GET", "/v1/agreements", answers={200: AgreementsAnswer}, cache=CACHED)
def list_agreements(_request: Request) -> Answer:
    """The current version of every agreement."""
    return Answer(200, AgreementsAnswer([_answer(each) for each in services().accounts.list_agreements()]))


@app.route(
    "GET",
    "/v1/agreements/{id}",
    query=AgreementQuery,
    answers={200: (AgreementAnswer, HTML)},
    refusals=(AgreementNotFound, InvalidFields),
    cache=CACHED,
    head=True,
)
def get_agreement(request: Request) -> Answer:
    """One agreement with its text and all its versions: the current version, or the one that `version` names.

    With `Accept: text/html`, as browsers send it, as a page.
    """
    agreements, agreement_id = services().accounts.list_agreements, request.path_parameters["id"]
    agreement = agreements.one(agreement_id, request.query(AgreementQuery).version)
    versions = agreements.versions(agreement_id)
    if prefers(request.header("accept"), HTML):
        return agreement_page(agreement, versions, request.path, request.header("accept-language"))
    answer = _answer(agreement)
    answer.text = agreement.text
    answer.versions = [_version(each) for each in versions]
    return Answer(200, answer, agreement_headers(agreement))


@app.route(
    "GET",
    "/v1/processors",
    query=ProcessorsQuery,
    answers={200: ProcessorsAnswer},
    refusals=(ProcessorsNotFound, InvalidFields),
    cache=CACHED,
)
def list_processors(request: Request) -> Answer:
    """Who processes personal data for the site: the list in force, or the one that `version` names."""
    return Answer(
        200, processors_answer(services().accounts.list_agreements.processors(request.query(ProcessorsQuery).version))
    )


def _answer(agreement: Agreement) -> AgreementAnswer:
    return AgreementAnswer(
        id=agreement.id,
        version=agreement.version,
        title=agreement.title,
        effective_at=rfc3339(agreement.effective_at),
        url=f"{services().foundation.settings.public_url}/v1/agreements/{agreement.id}",
        updated_at=rfc3339(agreement.last_updated_at),
        translations=dict(agreement.translations),
    )


def _version(agreement: Agreement) -> AgreementVersionAnswer:
    return AgreementVersionAnswer(
        version=agreement.version,
        effective_at=rfc3339(agreement.effective_at),
        updated_at=rfc3339(agreement.last_updated_at),
        url=f"{services().foundation.settings.public_url}/v1/agreements/{agreement.id}?version={agreement.version}",
    )


handle = app
