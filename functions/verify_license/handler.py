"""GET and POST /v1/verifications, GET /verify: whether a licence is valid and a letter genuine, for anyone."""

from urllib.parse import urlencode

from allmytracks.foundation.errors import LimitReached, UnsupportedMedia
from allmytracks.foundation.http.answers import HTML, JSON, PDF, Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.problems import PROBLEM_JSON
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import LETTER_VERIFICATION, LICENSE_VERIFICATION
from allmytracks.licenses.rules_numbers import LicenseNotFound, normal_number
from allmytracks.licenses.schemas_verification import SignedTextForm, VerificationAnswer, verification_answer
from allmytracks.verification.page import page_for_all, page_for_browsers
from allmytracks.verification.rules import DocumentTooLarge, NotALetter, UnreadableDocument
from allmytracks.verification.schemas import (
    LetterVerificationAnswer,
    VerificationPageQuery,
    VerificationQuery,
    letter_verification_answer,
)
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "GET",
    "/v1/verifications/{number}",
    query=VerificationQuery,
    answers={200: (VerificationAnswer, HTML)},
    refusals=(LicenseNotFound, LimitReached),
    refused_as=(PROBLEM_JSON, HTML),
    head=True,
)
@page_for_browsers
@throttled(LICENSE_VERIFICATION, lambda: services().foundation.throttle)
def verify_license(request: Request) -> Answer:
    """What is on record of a licence; names are masked. With `Accept: text/html` as a page for people."""
    number = normal_number(request.path_parameters["number"])
    return Answer(200, verification_answer(services().licenses.repository.public(number)))


@app.route(
    "POST",
    "/v1/verifications",
    query=VerificationQuery,
    body=(SignedTextForm, PDF),
    answers={200: (LetterVerificationAnswer, HTML)},
    refusals=(
        LicenseNotFound,
        LimitReached,
        DocumentTooLarge,
        UnsupportedMedia,
        NotALetter,
        UnreadableDocument,
    ),
    refused_as=(PROBLEM_JSON, HTML),
)
@page_for_browsers
@throttled(LETTER_VERIFICATION, lambda: services().foundation.throttle)
def verify_letter(request: Request) -> Answer:
    """Whether a letter is as it was issued, and what is on record of its licence; nothing of it is kept.

    The body is the letter's PDF, or its JWS in JSON. With `Accept: text/html` the answer is a page for people.
    """
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    verify = services().verification.verify_letter
    if kind == PDF:
        return Answer(200, letter_verification_answer(verify.document(request.raw_body)))
    if kind == JSON:
        return Answer(200, letter_verification_answer(verify.signed_text(request.body(SignedTextForm).jws)))
    raise UnsupportedMedia('Send the PDF as application/pdf, or {"jws": "..."} as application/json.')


@app.route(
    "GET",
    "/verify",
    query=VerificationPageQuery,
    answers={200: HTML, 303: None},
    refusals=(LicenseNotFound, LimitReached),
    refused_as=(HTML,),
    head=True,
)
@page_for_all
@throttled(LICENSE_VERIFICATION, lambda: services().foundation.throttle)
def show_page(request: Request) -> Answer:
    """The page where people check a licence by its number or its letter's PDF."""
    query = request.query(VerificationPageQuery)
    if query.number is None:
        return Answer(200)
    asked = f"?{urlencode({'lang': query.lang})}" if query.lang else ""
    return Answer(303, headers={"Location": f"/v1/verifications/{normal_number(query.number)}{asked}"})


handle = app
