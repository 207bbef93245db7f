"""Orders and facts of cloud storage, as members order it and Stripe reports it."""

from __future__ import annotations

from datetime import datetime

from allmytracks.payments.orders.rules import QUOTE_LIFETIME, Benefits, Order
from allmytracks.payments.orders.rules_storage import TERMS, DevicePackage, Mode, renewal_id
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.payments import START

PRICES = {Mode.YEAR: 9900, Mode.MONTH_ONCE: 1190, Mode.MONTHLY: 990}


def storage_order(
    order_id: str = "ord_s1",
    mode: Mode = Mode.YEAR,
    *,
    device_id: str = "dev_1",
    account_id: str = "acc-1",
    at_once: bool = False,
    quoted_at: datetime = START,
    currency: str = "USD",
    amount: int | None = None,
) -> Order:
    """A quote of a package of 30 days for one device."""
    benefits = Benefits("month", "month@2026-11-01", TERMS[mode], 0, "", {}, "30 days of recordings")
    package = DevicePackage(device_id, mode, 30, PRICES[Mode.MONTHLY], 7, at_once=at_once)
    price = PRICES[mode] if amount is None else amount
    expires_at = quoted_at + QUOTE_LIFETIME
    return Order(order_id, account_id, benefits, price, currency, quoted_at, expires_at, storage=package)


def paid_in_full(order: Order, at: datetime) -> Fact:
    """The payment of a package that is paid in full."""
    return Fact(
        provider="stripe",
        event_id=f"evt_paid_{order.id}",
        occurred_at=at,
        kind=FactKind.PAYMENT_SUCCEEDED,
        source_kind="checkout.session.completed",
        order_id=order.id,
        account_id=order.account_id,
        references=(f"pi_{order.id}",),
        subject=f"cs_{order.id}",
        amount=order.amount,
        currency=order.currency,
        method="card",
    )


def month_fact(
    order: Order,
    start: datetime,
    at: datetime,
    kind: FactKind = FactKind.PAYMENT_SUCCEEDED,
    *,
    first: bool = False,
) -> Fact:
    """What happened to the invoice of one month of a monthly plan."""
    invoice = f"in_{order.id}_{start:%Y%m}"
    return Fact(
        provider="stripe",
        event_id=f"evt_{kind}_{invoice}_{at.timestamp():.0f}",
        occurred_at=at,
        kind=kind,
        source_kind="invoice.paid",
        order_id=order.id if first else renewal_id(order.id, invoice),
        account_id=order.account_id,
        references=(invoice,),
        subject=invoice,
        amount=order.amount if kind is FactKind.PAYMENT_SUCCEEDED else 0,
        currency=order.currency,
        covers_from=start,
        renews=None if first else order.id,
    )


def named(order: Order, start: datetime, at: datetime) -> Fact:
    """By which payment the invoice of a month was paid."""
    invoice = f"in_{order.id}_{start:%Y%m}"
    return Fact(
        provider="stripe",
        event_id=f"evt_named_{invoice}",
        occurred_at=at,
        kind=FactKind.PAYMENT_NAMED,
        source_kind="invoice_payment.paid",
        references=(invoice, f"pi_{invoice}"),
        subject=f"inpay_{invoice}",
        amount=order.amount,
        currency=order.currency,
    )


def refunded_month(order: Order, start: datetime, at: datetime) -> Fact:
    """The whole payment of a month was given back; Stripe's event names the payment only."""
    payment = f"pi_in_{order.id}_{start:%Y%m}"
    return Fact(
        provider="stripe",
        event_id=f"evt_refund_{payment}",
        occurred_at=at,
        kind=FactKind.REFUND_SUCCEEDED,
        source_kind="refund.created",
        references=(payment, f"ch_{payment}"),
        subject=f"re_{payment}",
        amount=order.amount,
        currency=order.currency,
    )


def plan_cancelled(order: Order, at: datetime) -> Fact:
    """The provider reports that a monthly plan ends."""
    return Fact(
        provider="stripe",
        event_id=f"evt_cancelled_{order.id}",
        occurred_at=at,
        kind=FactKind.SUBSCRIPTION_CANCELLED,
        source_kind="customer.subscription.updated",
        order_id=order.id,
        account_id=order.account_id,
        subject=f"sub_of_{order.id}",
    )
