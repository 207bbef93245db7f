"""GET /v1/erasure-receipts/{id}: what an erasure did, by its id."""

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.privacy.rules_erasure import ErasureNotFound
from allmytracks.privacy.schemas import ErasureAnswer, erasure_answer
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/erasure-receipts/{id}", answers={200: ErasureAnswer}, refusals=(ErasureNotFound,))
def get_erasure_receipt(request: Request) -> Answer:
    """What was erased of an account, what stays and why; no sign-in, as the account is gone."""
    return Answer(200, erasure_answer(services().privacy.erasures.get(request.path_parameters["id"])))


handle = app
