"""GET /v1/verifications/{number}: whether a licence is valid, for anyone."""

from allmytracks.bootstrap import services
from allmytracks.domain.errors import LimitReached
from allmytracks.domain.license_numbers import LicenseNotFound
from allmytracks.domain.throttling import LICENSE_VERIFICATION
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.licenses import VerificationAnswer, verification_answer
from allmytracks.entrypoints.throttling import throttled

app = HttpFunction()


@app.route(
    "GET", "/v1/verifications/{number}", answers={200: VerificationAnswer}, refusals=(LicenseNotFound, LimitReached)
)
@throttled(LICENSE_VERIFICATION, lambda: services().throttle)
def verify_license(request: Request) -> Answer:
    """What is on record of a licence; names are masked."""
    return Answer(200, verification_answer(services().verify_license(request.path_parameters["number"])))


handle = app
