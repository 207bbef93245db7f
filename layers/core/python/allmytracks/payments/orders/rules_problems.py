"""Why a payment of an order did not count, in words for the member (P-7.payment)."""

from __future__ import annotations

from datetime import datetime

from allmytracks.mails.rules_words_english import ENGLISH
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
    """A sentence for the member, in English. Unknown provider codes get a general text."""
    sentence = ENGLISH.problem(problem, failure)
    return None if sentence is None else sentence.strip()
