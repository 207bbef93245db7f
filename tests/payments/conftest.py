"""The local payment provider, running."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from stripe import StripeClient
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from allmytracks.payments.stripe.calls import StripeCalls
from allmytracks.payments.stripe.checkout import StripeCheckout
from allmytracks.payments.stripe.history import StripeHistory
from allmytracks.payments.stripe.webhooks import StripeWebhooks
from infra.local.payments import LocalPayments, create_app
from tests.factories.payment_desk import API_KEY, SECRET, SECRETS, Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    posted: queue.Queue[tuple[bytes, dict[str, str]]] = queue.Queue()
    refusals: list[int] = []
    clock = [datetime.now(UTC)]
    served: list[LocalPayments] = []

    def application(environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        if request.path != "/v1/webhooks/stripe":
            return served[0](environ, start_response)
        if refusals:
            return Response(status=refusals.pop())(environ, start_response)
        headers = {name.lower(): value for name, value in request.headers.items()}
        posted.put((request.get_data(), headers))
        return Response("{}")(environ, start_response)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    address = f"http://127.0.0.1:{server.port}"
    provider = create_app(address, f"{address}/v1/webhooks/stripe", SECRET, API_KEY, lambda: clock[0])
    served.append(provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    base = f"{address}/_local/stripe"
    calls = StripeCalls(SECRETS, base)
    checkout = StripeCheckout(calls, "https://site.example")
    client = StripeClient(API_KEY, base_addresses={"api": base}, max_network_retries=0)
    webhooks = StripeWebhooks(SECRETS)
    yield Desk(provider, address, checkout, client, posted, refusals, clock, StripeHistory(calls), webhooks)
    provider.close()
    server.shutdown()
    thread.join()
    server.server_close()
