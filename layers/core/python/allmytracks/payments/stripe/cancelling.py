"""What a cancellation asks of Stripe: a refund of a payment, or the end of a subscription's renewals."""

from __future__ import annotations

import stripe

from allmytracks.foundation.errors import Unavailable
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.stripe.calls import StripeCalls
from allmytracks.payments.stripe.money import units

# By then an operator gave the money back; what was given back is folded from Stripe's own events.
_GIVEN_BACK = "charge_already_refunded"


class StripeCancelling:
    """Refunds and cancels at Stripe. Both are idempotent: the one by its key, the other by the state that it leaves."""

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    def give_back(self, order: Order, amount: int) -> None:
        payment = order.settlement.payment_reference if order.settlement else None
        if payment is None:
            raise ValueError(f"{order.id} has no payment to refund")
        with self._calls.client() as client:
            try:
                client.v1.refunds.create(
                    {
                        "payment_intent": payment,
                        "amount": units(amount, order.currency),
                        "metadata": {"order_id": order.id, "account_id": order.account_id},
                    },
                    {"idempotency_key": f"cancelled-{order.id}"},
                )
            except stripe.InvalidRequestError as error:
                if error.code != _GIVEN_BACK:
                    raise

    def stop_renewing(self, order: Order) -> None:
        if order.checkout is None:
            raise ValueError(f"{order.id} has no checkout")
        with self._calls.client() as client:
            session = client.v1.checkout.sessions.retrieve(order.checkout.session_id, {"expand": ["subscription"]})
            found = session.subscription
            if found is None or isinstance(found, str):
                raise Unavailable("The payment provider has no subscription of this checkout yet.")
            if found.status != "canceled" and not found.cancel_at_period_end:
                client.v1.subscriptions.update(found.id, {"cancel_at_period_end": True})
