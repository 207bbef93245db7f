"""Why a payment of an order did not count, in words for the member (P-7.payment)."""

from __future__ import annotations

from datetime import datetime

from allmytracks.payments.orders.rules import Order, OrderStatus


def problem_of(order: Order, now: datetime) -> str | None:
    """The code of an order's problem, or of its last payment's; None where there is none."""
    settled = order.settlement
    if settled is not None and settled.declined_at is not None:
        return "order_declined"
    if settled is not None and settled.problem is not None:
        return settled.problem
    status = order.status_at(now)
    if status is OrderStatus.EXPIRED:
        return "order_expired"
    return "payment_failed" if status is OrderStatus.DECLINED else None


def told(problem: str | None, failure: str | None) -> str | None:
    """A sentence for the member. Unknown provider codes get a general text."""
    if problem == "payment_failed":
        return f"The payment did not go through: {_FAILURES.get(failure or '', _UNKNOWN_FAILURE)}"
    return _PROBLEMS.get(problem) if problem is not None else None


_PROBLEMS = {
    "order_declined": "We declined this order. Money that was paid for it is returned by the way it was paid.",
    "amount_mismatch": "A payment came with another amount than the order's and did not count. It will be refunded.",
    "currency_mismatch": "A payment came in another currency than the order's and did not count. It will be refunded.",
    "paid_twice": "This order was paid more than once. The surplus is returned to the payer.",
    "order_expired": "This order was not paid in time. Place a new one.",
}
_UNKNOWN_FAILURE = "the bank or the payment provider refused it. Try again or with another way to pay."
# Reasons that help a buyer. Codes that reveal fraud checks (stolen card, fraudulent) get a general text.
_FAILURES = {
    "authentication_required": "the bank asks you to confirm the payment. Try again and confirm it.",
    "payment_intent_authentication_failure": "it was not confirmed with the bank. Try again and confirm it.",
    "card_declined": "the card was declined. Try another card, or ask your bank.",
    "card_not_supported": "the card does not support this kind of purchase. Try another card.",
    "currency_not_supported": "the card does not support this currency. Try another, or order in another currency.",
    "expired_card": "the card has expired. Try another card.",
    "incorrect_cvc": "the security code was wrong. Try again.",
    "incorrect_number": "the card's number was wrong. Try again.",
    "incorrect_zip": "the postal code was wrong. Try again.",
    "insufficient_funds": "there was not enough money for it. Try another card.",
    "invalid_cvc": "the security code was wrong. Try again.",
    "processing_error": "the bank had a technical problem. Try again.",
    "try_again_later": "the bank had a technical problem. Try again later.",
}
