"""Why a payment of an order did not count, in words for the member (P-7.payment)."""

from __future__ import annotations

from datetime import datetime

from allmytracks.mails.rules_catalogues import CATALOGUES
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
    return _sentences(problem, failure).get(ENGLISH.language)


def translations_of(problem: str | None, failure: str | None) -> dict[str, str]:
    """The same in each other language of members (BCP 47)."""
    return {name: text for name, text in _sentences(problem, failure).items() if name != ENGLISH.language}


def _sentences(problem: str | None, failure: str | None) -> dict[str, str]:
    sentences = {language: words.problem(problem, failure) for language, words in CATALOGUES.items()}
    return {language: sentence.strip() for language, sentence in sentences.items() if sentence is not None}
