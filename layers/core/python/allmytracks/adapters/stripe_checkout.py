"""Stripe's hosted checkout, through the current SDK."""

from __future__ import annotations

from datetime import timedelta

from stripe import APIConnectionError, APIError, RateLimitError, RequestsClient, StripeClient

from allmytracks.adapters.payment_secrets import SecretSource
from allmytracks.adapters.stripe_webhooks import PROVIDER
from allmytracks.domain.errors import Unavailable
from allmytracks.domain.orders import Checkout, Order

# Pinned: Stripe answers and sends events in this shape whatever the account's default is.
API_VERSION = "2026-10-28.endive"
# Two tries fit into the ten seconds that the function has; a third is the buyer's, and gets the same checkout.
ANSWER_SECONDS = 4
NETWORK_RETRIES = 1
# A checkout ends a fixed time after its quote, so that a repeated request is the same request to Stripe. A quote lives
# for half an hour and Stripe takes 30 minutes to 24 hours from now: an hour later always lies within.
OPEN_AFTER_QUOTE = timedelta(hours=1)


class StripeCheckout:
    """Opens checkout sessions. `api_base` is https://api.stripe.com on AWS; `site_url` is where buyers come back to."""

    def __init__(self, secrets: SecretSource, api_base: str, site_url: str) -> None:
        self._secrets = secrets
        self._api_base = api_base
        self._site_url = site_url
        self._http = RequestsClient(timeout=ANSWER_SECONDS)

    def open_checkout(self, order: Order) -> Checkout:
        metadata = {"order_id": order.id, "account_id": order.account_id}
        back = f"{self._site_url}/orders/{order.id}"
        try:
            session = self._client().v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": order.id,
                    "metadata": metadata,
                    "payment_intent_data": {"metadata": metadata},
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": order.currency.lower(),
                                "unit_amount": order.amount,
                                "product_data": {"name": f"AllMyTracks {order.benefits.plan}, {order.benefits.term}"},
                            },
                        }
                    ],
                    # Exactly the quoted price in the quoted currency (U-III.I.2).
                    "adaptive_pricing": {"enabled": False},
                    "expires_at": int((order.expires_at + OPEN_AFTER_QUOTE).timestamp()),
                    "success_url": f"{back}?checkout=done",
                    "cancel_url": f"{back}?checkout=cancelled",
                },
                {"idempotency_key": order.id},
            )
        except (APIConnectionError, APIError, RateLimitError) as error:
            raise Unavailable("The payment provider does not answer. Please try again shortly.") from error
        if session.url is None:
            raise Unavailable("The payment provider gave no checkout page. Please try again shortly.")
        return Checkout(PROVIDER, session.id, session.url)

    def _client(self) -> StripeClient:
        return StripeClient(
            self._secrets().api_key,
            base_addresses={"api": self._api_base},
            stripe_version=API_VERSION,
            max_network_retries=NETWORK_RETRIES,
            http_client=self._http,
        )
