"""Orders and payment facts for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from allmytracks.domain.orders import QUOTE_LIFETIME, Benefits, Order
from allmytracks.domain.payments import Fact, FactKind
from allmytracks.domain.plans import Term
from tests.samples import plan

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def at(**span: float) -> datetime:
    """An instant counted from START by a timedelta's arguments."""
    return START + timedelta(**span)


def an_order(
    order_id: str = "ord-1",
    *,
    plan_id: str = "premium",
    term: Term = Term.MONTH,
    amount: int = 1990,
    account_id: str = "acc-1",
    quoted_at: datetime = START,
) -> Order:
    """A quote of one plan."""
    sold = plan(plan_id)
    benefits = Benefits(plan_id, sold.terms_id, term, sold.daily_downloads, sold.audience, sold.rights)
    return Order(order_id, account_id, benefits, amount, "USD", quoted_at, quoted_at + QUOTE_LIFETIME)


def a_fact(
    kind: FactKind,
    event_id: str,
    occurred_at: datetime,
    order_id: str | None = "ord-1",
    *,
    subject: str | None = None,
    amount: int | None = 1990,
    currency: str = "USD",
    payment: str | None = None,
    account_id: str | None = None,
) -> Fact:
    """One event about the payment of an order; refunds and disputes name the payment only, as Stripe's do."""
    names_order = not kind.startswith(("refund_", "dispute_"))
    return Fact(
        provider="stripe",
        event_id=event_id,
        occurred_at=occurred_at,
        kind=kind,
        source_kind=kind.value,
        order_id=order_id if names_order else None,
        account_id=account_id,
        references=(payment or f"pi_{order_id}",),
        subject=subject,
        amount=amount,
        currency=currency,
        method="card",
    )
