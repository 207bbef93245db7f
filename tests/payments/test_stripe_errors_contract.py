"""What Stripe's refusals become, by the classes of its SDK."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from stripe import IdempotencyError, InvalidRequestError
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from allmytracks.foundation.errors import Unavailable
from allmytracks.payments.rules import CheckoutNotKnown, ProviderRefused
from allmytracks.payments.secrets_manager import PaymentSecrets
from allmytracks.payments.stripe.calls import StripeCalls
from allmytracks.payments.stripe.checkout import StripeCheckout
from tests.factories.payments import an_order
from tests.fakes.payment_secrets import FixedSecrets

Answers = list[tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """The provider's response to every request from now on."""
    return []


@pytest.fixture(scope="module")
def checkout(answers: Answers) -> Iterator[StripeCheckout]:
    def provider(environ: Any, start_response: Any) -> Any:
        status, error = answers[-1]
        # Otherwise the SDK waits and retries once.
        headers = {"Stripe-Should-Retry": "false"}
        body = json.dumps({"error": error})
        return Response(body, status, headers, mimetype="application/json")(environ, start_response)

    server = make_server("127.0.0.1", 0, provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    calls = StripeCalls(FixedSecrets(PaymentSecrets("sk_1", ())), f"http://127.0.0.1:{server.port}")
    yield StripeCheckout(calls, "https://site.example")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (500, {"type": "api_error"}, Unavailable),
        (503, {"type": "api_error"}, Unavailable),
        (429, {"type": "invalid_request_error", "code": "rate_limit"}, Unavailable),
        (409, {"type": "idempotency_error", "code": "idempotency_key_in_use"}, Unavailable),
        (401, {"type": "invalid_request_error"}, ProviderRefused),
        (403, {"type": "invalid_request_error"}, ProviderRefused),
        (404, {"type": "invalid_request_error", "code": "resource_missing"}, CheckoutNotKnown),
        # About the request itself: a defect of ours, which must not be retried.
        (400, {"type": "invalid_request_error", "code": "parameter_missing"}, InvalidRequestError),
        (400, {"type": "idempotency_error"}, IdempotencyError),
    ],
)
def test_refusals_are_distinguished_by_class(
    checkout: StripeCheckout, answers: Answers, status: int, error: dict[str, Any], expected: type[Exception]
) -> None:
    answers.append((status, {"message": "Refused.", **error}))

    with pytest.raises(Exception) as raised:  # noqa: PT011 - its class is what matters
        checkout.open_checkout(an_order())

    assert type(raised.value) is expected
