"""GET /v1/licenses, /v1/licenses/{number} and what is below it: the caller's licences and their letters."""

from allmytracks.documents.rules import DocumentNotFound
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.schemas import LicenseAnswer, LicensesAnswer, license_answer
from allmytracks.licenses.schemas_lists import DisputeQuery, DisputeTextAnswer, LicensesQuery, dispute_answer
from allmytracks.licenses.states.rules import AlreadyRevoked, AlreadySuperseded
from allmytracks.wiring import services

app = HttpFunction()
# A letter never changes, but the right to see it can end: callers ask again each time.
OWN = "private, no-cache"


@app.route("GET", "/v1/licenses", query=LicensesQuery, answers={200: LicensesAnswer}, refusals=(InvalidFields,))
def list_licenses(request: Request) -> Answer:
    """The caller's licences, newest first; those of one project, or of one status, where the query asks for it."""
    query = request.query(LicensesQuery)
    page = services().licenses.list_licenses(request.account_id, query.wanted(), limit=query.limit, cursor=query.cursor)
    public_url = services().foundation.settings.public_url
    return Answer(200, LicensesAnswer([license_answer(each, public_url) for each in page.items], page.next_cursor))


@app.route("GET", "/v1/licenses/{number}", answers={200: LicenseAnswer}, refusals=(LicenseNotFound,), cache=OWN)
def get_license(request: Request) -> Answer:
    """One licence with all its terms."""
    letter = services().licenses.show(request.account_id, request.path_parameters["number"])
    return Answer(200, license_answer(letter, services().foundation.settings.public_url))


@app.route(
    "GET",
    "/v1/licenses/{number}/dispute-text",
    query=DisputeQuery,
    answers={200: DisputeTextAnswer},
    refusals=(LicenseNotFound, AlreadyRevoked, AlreadySuperseded, InvalidFields),
)
def get_dispute_text(request: Request) -> Answer:
    """The text that disputes a platform's claim on the licensed work, in the length that its form takes."""
    query = request.query(DisputeQuery)
    show, number = services().licenses.show, request.path_parameters["number"]
    return Answer(200, dispute_answer(show.dispute_text(request.account_id, number, query.platform, query.language)))


@app.route(
    "GET",
    "/v1/licenses/{number}/document",
    answers={200: "application/pdf"},
    refusals=(LicenseNotFound, DocumentNotFound),
    cache=OWN,
)
def get_document(request: Request) -> Answer:
    """The letter as it was issued, to its member alone."""
    document = services().licenses.list_licenses.document(request.account_id, request.path_parameters["number"])
    headers = {
        "Content-Disposition": f'inline; filename="{document.number}.pdf"',
        "ETag": f'"{document.sha256}"',
    }
    return Answer(200, document.content, headers, content_type="application/pdf")


handle = app
