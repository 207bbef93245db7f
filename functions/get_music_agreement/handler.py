"""GET /v1/orders/{id}/agreement: the music licence agreement of a Business order."""

from allmytracks.documents.rules import DocumentNotFound
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound
from allmytracks.licenses.agreements.schemas import MusicAgreementAnswer, music_agreement_answer
from allmytracks.wiring import services

app = HttpFunction()
PDF = "application/pdf"


@app.route(
    "GET",
    "/v1/orders/{id}/agreement",
    answers={200: (MusicAgreementAnswer, PDF)},
    refusals=(MusicAgreementNotFound, DocumentNotFound),
    cache="private, no-cache",
)
def get_music_agreement(request: Request) -> Answer:
    """The agreement of one of the caller's orders: as JSON, or with `Accept: application/pdf` its document."""
    signed = services().licenses.agreements.get(request.account_id, request.path_parameters["id"])
    if PDF not in (request.header("accept") or ""):
        return Answer(200, music_agreement_answer(signed, services().foundation.settings.public_url))
    headers = {
        "Content-Disposition": f'inline; filename="{signed.agreement.number}.pdf"',
        "ETag": f'"{signed.document_sha256}"',
    }
    return Answer(200, services().licenses.agreements.get.document(signed), headers, content_type=PDF)


handle = app
