"""Stripe's hosted checkout, through the current SDK."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allmytracks.foundation.errors import Unavailable
from allmytracks.memberships.rules_terms import term_in_words
from allmytracks.payments.orders.rules import Checkout, Order
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.stripe.calls import StripeCalls
from allmytracks.payments.stripe.money import to_stripe
from allmytracks.payments.stripe.webhooks import PROVIDER

# A checkout expires a fixed time after its quote, so that a retry is the same request to Stripe. A quote lives
# for half an hour and Stripe takes 30 minutes to 24 hours from now: an hour later always lies within.
OPEN_AFTER_QUOTE = timedelta(hours=1)


class StripeCheckout:
    """Opens checkout sessions; buyers return to `site_url`."""

    def __init__(self, calls: StripeCalls, site_url: str) -> None:
        self._calls = calls
        self._site_url = site_url

    def open_checkout(self, order: Order) -> Checkout:
        metadata = {"order_id": order.id, "account_id": order.account_id}
        back = f"{self._site_url}/orders/{order.id}"
        sold = f"AllMyTracks {order.benefits.plan_name}"
        if order.special is None:
            sold = f"{sold}, {term_in_words(order.benefits.term)}"
        monthly = order.storage is not None and order.storage.mode is Mode.MONTHLY
        renewing: Any = {"recurring": {"interval": "month"}} if monthly else {}
        kept: Any = {"subscription_data" if monthly else "payment_intent_data": {"metadata": metadata}}
        wish: Any = {
            "mode": "subscription" if monthly else "payment",
            "client_reference_id": order.id,
            "metadata": metadata,
            **kept,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        "unit_amount": to_stripe(order.amount, order.currency),
                        "product_data": {"name": sold},
                        **renewing,
                    },
                }
            ],
            # Exactly the quoted price in the quoted currency (U-III.I.2).
            "adaptive_pricing": {"enabled": False},
            **self._expires_at(order),
            "success_url": f"{back}?checkout=done",
            "cancel_url": f"{back}?checkout=cancelled",
        }
        with self._calls.client() as client:
            again = f"/{order.checkout.session_id}" if order.checkout else ""  # instead of one that expired
            session = client.v1.checkout.sessions.create(wish, {"idempotency_key": f"{order.id}{again}"})
        if session.url is None:
            raise Unavailable("The payment provider gave no checkout page. Please try again shortly.")
        return Checkout(PROVIDER, session.id, session.url)

    @staticmethod
    def _expires_at(order: Order) -> dict[str, int]:
        """A quote of a special licence can be confirmed for weeks: its checkout has Stripe's own end, after a day."""
        if order.special is not None:
            return {}
        return {"expires_at": int((order.expires_at + OPEN_AFTER_QUOTE).timestamp())}
