"""The local payment provider on loopback, with the adapters that talk to it and the webhooks that it posted."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from datetime import datetime

import httpx
from stripe import StripeClient

from allmytracks.payments.rules import Fact
from allmytracks.payments.secrets_manager import PaymentSecrets
from allmytracks.payments.stripe.checkout import StripeCheckout
from allmytracks.payments.stripe.history import StripeHistory
from allmytracks.payments.stripe.webhooks import StripeWebhooks
from infra.local.payments import LocalPayments
from tests.fakes.payment_secrets import FixedSecrets

SECRET, OLD_SECRET, API_KEY = "whsec_new", "whsec_old", "sk_test_local"
SECRETS = FixedSecrets(PaymentSecrets(API_KEY, (OLD_SECRET, SECRET)))


@dataclass
class Desk:
    """A running local provider, the adapter that talks to it, and the webhooks that it posted."""

    provider: LocalPayments
    address: str
    checkout: StripeCheckout
    client: StripeClient
    posted: queue.Queue[tuple[bytes, dict[str, str]]]
    refusals: list[int]
    clock: list[datetime]
    history: StripeHistory
    webhooks: StripeWebhooks

    def facts(self, number: int) -> list[Fact]:
        return [self.webhooks.read(*self.posted.get(timeout=240)) for _ in range(number)]

    def make_so(self, event: str, **more: object) -> httpx.Response:
        return httpx.post(f"{self.address}/_local/payments/ord-1", json={"event": event, **more})

    def pay(self, url: str, outcome: str = "paid") -> httpx.Response:
        return httpx.post(url, json={"outcome": outcome})
