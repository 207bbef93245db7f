"""POST /v1/webhooks/{provider}: reports of a payment provider."""

from allmytracks.foundation.errors import Malformed, Unavailable
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.payments.rules import InvalidSignature, StaleSignature, UnknownProvider
from allmytracks.payments.schemas import WebhookAnswer
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/webhooks/{provider}",
    answers={200: WebhookAnswer},
    refusals=(InvalidSignature, StaleSignature, Malformed, UnknownProvider, Unavailable),
)
def receive_webhook(request: Request) -> Answer:
    """Take a signed webhook: it is stored and queued before it is acknowledged."""
    headers = request.event.get("headers") or {}
    services().payments.ledger.receive_webhook(request.path_parameters["provider"], request.raw_body, headers)
    return Answer(200, WebhookAnswer(received=True))


handle = app
