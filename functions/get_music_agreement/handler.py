"""What an order's papers are: a membership's music licence agreement; a special licence's terms and letter."""

from allmytracks.documents.rules import DocumentNotFound
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, SignedAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicenseNotFound, SpecialTermsNotFound
from allmytracks.licenses.agreements.schemas import (
    MusicAgreementAnswer,
    MusicAgreementForm,
    MusicAgreementRequestedAnswer,
    music_agreement_answer,
)
from allmytracks.licenses.agreements.schemas_special import (
    SpecialLicenseAnswer,
    SpecialTermsAnswer,
    special_license_answer,
    terms_answer,
)
from allmytracks.payments.orders.rules import OrderNotFound
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
    body = music_agreement_answer(signed, services().foundation.settings.public_url)
    return _document(signed) if PDF in (request.header("accept") or "") else Answer(200, body)


@app.route(
    "POST",
    "/v1/orders/{id}/agreement",
    body=MusicAgreementForm,
    answers={202: MusicAgreementRequestedAnswer},
    refusals=(OrderNotFound, MusicAgreementNotFound, Unavailable),
)
def ask_for_music_agreement(request: Request) -> Answer:
    """Ask for the music licence agreement of a paid membership, in one of three languages (U-III.II.2).

    It is made within a minute, once for each order; a notice says when it is there.
    """
    order_id, language = request.path_parameters["id"], request.body(MusicAgreementForm).language
    services().licenses.agreements.get.ask(request.account_id, order_id, language)
    url = f"{services().foundation.settings.public_url}/v1/orders/{order_id}/agreement"
    return Answer(202, MusicAgreementRequestedAnswer(order_id, url))


@app.route(
    "GET",
    "/v1/orders/{id}/terms",
    answers={200: SpecialTermsAnswer},
    refusals=(SpecialTermsNotFound,),
)
def get_special_terms(request: Request) -> Answer:
    """The terms of a special licence that was quoted to the caller; accept them with the order's confirmation."""
    order_id = request.path_parameters["id"]
    terms = services().licenses.agreements.quotes.terms(request.account_id, order_id)
    return Answer(200, terms_answer(services().payments.orders.repository.get(request.account_id, order_id), terms))


@app.route(
    "GET",
    "/v1/orders/{id}/license",
    answers={200: (SpecialLicenseAnswer, PDF)},
    refusals=(SpecialLicenseNotFound, DocumentNotFound),
    cache="private, no-cache",
)
def get_special_license(request: Request) -> Answer:
    """The letter of a special licence that the caller paid: as JSON, or with `Accept: application/pdf` its document."""
    try:
        signed = services().licenses.agreements.get(request.account_id, request.path_parameters["id"])
    except MusicAgreementNotFound:
        raise SpecialLicenseNotFound("This order has no letter of a special licence: it is made once paid.") from None
    revocation = services().licenses.repository.public(signed.agreement.number).state.revocation
    revoked_at = revocation.revoked_at if revocation else None
    body = special_license_answer(signed, revoked_at, services().foundation.settings.public_url)
    return _document(signed) if PDF in (request.header("accept") or "") else Answer(200, body)


def _document(signed: SignedAgreement) -> Answer:
    headers = {
        "Content-Disposition": f'inline; filename="{signed.agreement.number}.pdf"',
        "ETag": f'"{signed.document_sha256}"',
    }
    return Answer(200, services().licenses.agreements.get.document(signed), headers, content_type=PDF)


handle = app
