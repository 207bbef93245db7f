"""Webhooks of localstripe, an independent fake of Stripe, read by our adapter.

It speaks API version 2017-08-15, has neither checkout sessions nor disputes, posts nothing about charges and refunds,
never posts twice, and lists neither events by `types` nor refunds by `created`: docs/decisions/2026-11-24-stripe.md.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest
from stripe import CardError, StripeClient
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from allmytracks.payments.ledger.use_cases.receive_webhook import ReceiveWebhook
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.rules import Fact, FactKind, InvalidSignature
from allmytracks.payments.secrets_manager import PaymentSecrets
from allmytracks.payments.stripe.webhooks import Event, StripeWebhooks, to_fact
from tests.factories.payments import START
from tests.fakes.foundation import FixedClock
from tests.fakes.inbox import MemoryInbox
from tests.fakes.payment_provider import MemoryQueue
from tests.fakes.payment_secrets import FixedSecrets

SECRET = "whsec_localstripe"
KEY = "sk_test_localstripe"
METADATA: dict[str, str] = {"order_id": "ord-1", "account_id": "acc-1"}


@dataclass
class Localstripe:
    """The running server, and our inbox behind the endpoint that it posts to."""

    address: str
    client: StripeClient
    inbox: MemoryInbox
    answers: queue.Queue[tuple[str, int]]

    def listed(self) -> list[dict[str, Any]]:
        """Its own list of events, without the filter that it does not know."""
        answer = httpx.get(f"{self.address}/v1/events?limit=100&created[gte]=0", auth=(KEY, ""))
        return list(answer.raise_for_status().json()["data"])

    def pay(self, number: str) -> str:
        """The name of the payment. Raises CardError."""
        card: Any = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
        method = self.client.v1.payment_methods.create({"type": "card", "card": card}).id
        made = self.client.v1.payment_intents.create(
            {"amount": 1990, "currency": "eur", "confirm": True, "metadata": METADATA, "payment_method": method}
        )
        return str(made.id)

    def facts(self, deliveries: int) -> dict[str, Fact]:
        """The facts in the inbox after some deliveries, by kind of event."""
        for _ in range(deliveries):
            self.answers.get(timeout=240)
        return {each.fact.source_kind: each.fact for each in self.inbox.stored.values()}


@pytest.fixture
def localstripe() -> Iterator[Localstripe]:
    inbox, answers = MemoryInbox(), queue.Queue[tuple[str, int]]()
    readers = {"stripe": StripeWebhooks(FixedSecrets(PaymentSecrets(KEY, (SECRET,))))}
    receive = ReceiveWebhook(readers, TakeInFact(inbox, MemoryQueue(), FixedClock(START)))

    def endpoint(environ: Any, start_response: Any) -> Any:
        request, status = Request(environ), 500
        try:
            receive("stripe", request.get_data(), {name.lower(): value for name, value in request.headers.items()})
            status = 200
        except InvalidSignature:
            status = 400
        finally:  # a delivery that nothing was foreseen for is no reason to wait
            answers.put((request.path, status))
        return Response("{}", status)(environ, start_response)

    server = make_server("127.0.0.1", 0, endpoint, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    command = [sys.executable, "-m", "tests.factories.localstripe_server"]
    with subprocess.Popen(  # noqa: S603 - our own module, by this Python
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = f"http://127.0.0.1:{int(process.stdout.readline())}"
            client = StripeClient(KEY, base_addresses={"api": address}, max_network_retries=3)
            for name, secret in (("ours", SECRET), ("forged", "whsec_of_somebody_else")):
                form = {"url": f"http://127.0.0.1:{server.port}/{name}", "secret": secret}
                httpx.post(f"{address}/_config/webhooks/{name}", json=form, timeout=240).raise_for_status()
            yield Localstripe(address, client, inbox, answers)
        finally:  # otherwise a failure would wait for the process's end
            process.terminate()
    server.shutdown()
    thread.join()
    server.server_close()


def test_its_payments_and_failures_arrive_as_facts_and_forged_ones_do_not(localstripe: Localstripe) -> None:
    paid = localstripe.pay("4242424242424242")
    with pytest.raises(CardError):
        localstripe.pay("4000000000000341")
    refund = localstripe.client.v1.refunds.create({"payment_intent": paid, "amount": 500})

    facts = localstripe.facts(4)  # two events, each to two endpoints

    assert set(facts) == {"payment_intent.succeeded", "payment_intent.payment_failed"}
    succeeded, failed = facts["payment_intent.succeeded"], facts["payment_intent.payment_failed"]
    assert (succeeded.kind, succeeded.references[0]) == (FactKind.OTHER, paid)
    assert (failed.kind, failed.order_id, failed.account_id) == (FactKind.PAYMENT_FAILED, "ord-1", "acc-1")
    assert (failed.amount, failed.currency, failed.reason) == (1990, "EUR", "card_declined")
    assert [name[:3] for name in failed.references] == ["pi_", "ch_"]

    # What it lists is read as what it posted, and its refund, in the shape of its version, as ours are.
    listed = [to_fact(msgspec.convert(each, Event)) for each in localstripe.listed() if "payment" in each["type"]]
    assert {fact.source_kind: fact for fact in listed} == facts
    event = {"id": "evt_1", "type": "charge.refund.updated", "created": 1, "data": {"object": refund.to_dict()}}
    told = to_fact(msgspec.convert(event, Event))
    assert (told.kind, told.amount, told.currency) == (FactKind.REFUND_SUCCEEDED, 500, "EUR")
    assert told.references == succeeded.references

    outcomes = {("/ours", 200), ("/forged", 400)}
    assert all(localstripe.answers.get_nowait() in outcomes for _ in range(localstripe.answers.qsize()))
