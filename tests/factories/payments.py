"""Orders and payment facts for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from allmytracks.foundation.aws.models import Table, bind
from allmytracks.payments.orders.dynamodb import OrderItem, settlement_actions, to_item
from allmytracks.payments.orders.rules import (
    QUOTE_LIFETIME,
    Benefits,
    Order,
    OrderStatus,
    Settlement,
)
from allmytracks.payments.rules import Fact, FactKind
from allmytracks.publishing.ports import Publication
from tests.factories.instants import PUBLISHED_AT
from tests.factories.memberships import plan

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def at(**span: float) -> datetime:
    """An instant counted from START by a timedelta's arguments."""
    return START + timedelta(**span)


def an_order(
    order_id: str = "ord-1",
    *,
    plan_id: str = "premium",
    term: str = "month",
    amount: int = 1990,
    account_id: str = "acc-1",
    quoted_at: datetime = START,
) -> Order:
    """A quote of one plan."""
    sold = plan(plan_id)
    benefits = Benefits(plan_id, sold.terms_id, term, sold.daily_downloads, sold.audience, sold.rights, sold.name)
    return Order(order_id, account_id, benefits, amount, "USD", quoted_at, quoted_at + QUOTE_LIFETIME)


def a_paid_order(order_id: str = "ord-1", *, account_id: str = "acc-1", plan_id: str = "premium") -> Order:
    """An order with a payment that was not returned."""
    order = an_order(order_id, plan_id=plan_id, account_id=account_id)
    return replace(order, settlement=Settlement(OrderStatus.PAID, activated_at=START, amount_paid=order.amount))


def store_order(table: Table, order: Order) -> None:
    """An order with what its payments made of it, as folding leaves it."""
    model = bind(OrderItem, table)
    item = to_item(model, order)
    item.save()
    item.update(actions=settlement_actions(model, order))


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


def taxes_publication(
    *rates: tuple[str, str, str, bool], version: str = "t1", effective_at: datetime = PUBLISHED_AT
) -> Publication:
    """Tax rates as operators publish them: country, name, percent, whether prices include it."""
    fields = ("country", "name", "percent", "included")
    return Publication("taxes", version, effective_at, {"rates": [dict(zip(fields, r, strict=True)) for r in rates]})
