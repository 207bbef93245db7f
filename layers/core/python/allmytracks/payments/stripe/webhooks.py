"""Stripe's webhooks: verified on the raw body, reduced to facts.

The SDK is not used: its import costs more than the rest of the webhook function, and it builds a whole object tree, of
which less than twenty fields may be stored. Events of older API versions are read as well.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from allmytracks.foundation.errors import Malformed
from allmytracks.payments.orders.rules_storage import renewal_id
from allmytracks.payments.rules import LARGEST_SUM, EventId, EventType, Fact, FactKind, InvalidSignature, StaleSignature
from allmytracks.payments.secrets_manager import SecretSource
from allmytracks.payments.stripe.money import from_stripe
from allmytracks.payments.stripe.signatures import read_header

PROVIDER = "stripe"
TOLERANCE_SECONDS = 300
LARGEST_BODY = 256 * 1024
LONGEST_REASON = 100
# Bytes of an id (of a payment, an order, an account); Stripe's own and the ones it accepts are shorter.
LONGEST_NAME = 255
# Seconds: years that have four digits in every time zone.
_LATEST = 253_000_000_000
_Created = Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]


class EventObject(msgspec.Struct):
    """The fields of an event's object that are read; unknown kinds may hold anything in them."""

    id: Any = None
    object: Any = None
    amount: Any = None
    amount_paid: Any = None
    amount_refunded: Any = None
    amount_total: Any = None
    billing_reason: Any = None
    cancel_at: Any = None
    cancel_at_period_end: Any = None
    charge: Any = None
    charges: Any = None
    client_reference_id: Any = None
    currency: Any = None
    failure_reason: Any = None
    invoice: Any = None
    last_payment_error: Any = None
    latest_charge: Any = None
    lines: Any = None
    metadata: Any = None
    mode: Any = None
    parent: Any = None
    payment: Any = None
    payment_intent: Any = None
    payment_method_details: Any = None
    payment_method_types: Any = None
    payment_status: Any = None
    reason: Any = None
    status: Any = None
    subscription_details: Any = None


class EventData(msgspec.Struct):
    """What an event is about."""

    object: EventObject


class Event(msgspec.Struct):
    """One event, as webhooks and lists have it."""

    id: EventId
    type: EventType
    created: _Created
    data: EventData


class StripeWebhooks:
    """Reads Stripe's webhooks."""

    def __init__(self, secrets: SecretSource) -> None:
        self._secrets = secrets

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        if len(body) > LARGEST_BODY:
            raise Malformed(f"A webhook has at most {LARGEST_BODY} bytes.")
        self._verify(body, headers.get("stripe-signature", ""))
        try:
            event = msgspec.json.decode(body, type=Event)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Malformed("The body is not an event.") from None
        return to_fact(event)

    def _verify(self, body: bytes, header: str) -> None:
        """Any of the secrets may verify it. Raises InvalidSignature, StaleSignature."""
        signed = read_header(header)
        if signed is None or not any(signed.by(secret, body) for secret in self._secrets().webhook_secrets):
            raise InvalidSignature("The webhook's signature is not the provider's.")
        if signed.at < time.time() - TOLERANCE_SECONDS:
            raise StaleSignature("The webhook was signed too long ago.")


def to_fact(event: Event) -> Fact:
    """The fact of an event."""
    about = event.data.object
    metadata = _metadata(about)
    kind, currency = _kind(event.type, about), (_text(about.currency) or "").upper() or None
    order_id = _text(metadata.get("order_id")) or _text(about.client_reference_id)
    if event.type == "payment_intent.payment_failed" and order_id is None:
        kind = FactKind.OTHER  # of a monthly plan: its invoice has an event of its own, which names the order
    order_id, renews = _month(about, order_id)
    return Fact(
        provider=PROVIDER,
        event_id=event.id,
        occurred_at=datetime.fromtimestamp(event.created, UTC),
        kind=kind,
        source_kind=event.type,
        order_id=order_id,
        account_id=_text(metadata.get("account_id")),
        references=_references(about),
        subject=_text(about.id),
        amount=_amount(kind, about, currency),
        currency=currency,
        method=_method(about),
        reason=_reason(about),
        covers_from=_covers_from(about),
        renews=renews,
    )


def _metadata(about: EventObject) -> dict[str, Any]:
    """Ours, of the payment; an invoice of a monthly plan has that of the plan."""
    parent = about.parent if isinstance(about.parent, dict) else {}
    # Until API version 2025-03-31 the details were a field of the invoice itself.
    of_plan = parent.get("subscription_details") or about.subscription_details
    if isinstance(of_plan, dict) and isinstance(of_plan.get("metadata"), dict):
        return dict(of_plan["metadata"])
    return about.metadata if isinstance(about.metadata, dict) else {}


def _month(about: EventObject, order_id: str | None) -> tuple[str | None, str | None]:
    """The order that an invoice pays: that of the plan for its first month, for each later one an order of its own."""
    name = _text(about.id)
    if about.object != "invoice" or order_id is None or name is None or about.billing_reason == "subscription_create":
        return order_id, None
    return renewal_id(order_id, name), order_id


def _covers_from(about: EventObject) -> datetime | None:
    """The start of the month that an invoice is for."""
    lines = about.lines.get("data") if about.object == "invoice" and isinstance(about.lines, dict) else None
    starts = [
        line["period"]["start"]
        for line in (lines if isinstance(lines, list) else [])
        if isinstance(line, dict) and isinstance(line.get("period"), dict)
    ]
    known = [each for each in starts if isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= _LATEST]
    return datetime.fromtimestamp(max(known), UTC) if known else None


def _kind(source_kind: str, about: EventObject) -> FactKind:
    if about.object == "checkout.session" and about.mode == "subscription":
        # The first month's own invoice says that it is paid.
        return FactKind.CHECKOUT_EXPIRED if source_kind == "checkout.session.expired" else FactKind.PAYMENT_AWAITED
    if source_kind == "customer.subscription.updated":
        ends = about.cancel_at_period_end is True or about.cancel_at is not None
        return FactKind.SUBSCRIPTION_CANCELLED if ends else FactKind.OTHER
    if source_kind == "checkout.session.completed" and _text(about.payment_status) not in {
        "paid",
        "no_payment_required",
    }:
        return FactKind.PAYMENT_AWAITED
    if source_kind in {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}:
        return _REFUNDS.get(_text(about.status) or "", FactKind.REFUND_PENDING)
    if source_kind.startswith("charge.dispute."):
        return _DISPUTES.get(_text(about.status) or "", FactKind.DISPUTE_OPENED)
    return _KINDS.get(source_kind, FactKind.OTHER)


_KINDS = {
    "checkout.session.completed": FactKind.PAYMENT_SUCCEEDED,
    "checkout.session.async_payment_succeeded": FactKind.PAYMENT_SUCCEEDED,
    "checkout.session.async_payment_failed": FactKind.PAYMENT_FAILED,
    "checkout.session.expired": FactKind.CHECKOUT_EXPIRED,
    "payment_intent.payment_failed": FactKind.PAYMENT_FAILED,
    "charge.refunded": FactKind.CHARGE_REFUNDED,
    "customer.subscription.deleted": FactKind.SUBSCRIPTION_CANCELLED,
    "invoice.paid": FactKind.PAYMENT_SUCCEEDED,
    "invoice.payment_failed": FactKind.PAYMENT_FAILED,
    "invoice_payment.paid": FactKind.PAYMENT_NAMED,
}
_REFUNDS = {
    "succeeded": FactKind.REFUND_SUCCEEDED,
    "failed": FactKind.REFUND_FAILED,
    "canceled": FactKind.REFUND_FAILED,
}
_DISPUTES = {
    "lost": FactKind.DISPUTE_LOST,
    "won": FactKind.DISPUTE_WON,
    "warning_closed": FactKind.DISPUTE_WON,
    # In older API versions: the charge was refunded before the bank decided. The refund is a fact of its own.
    "charge_refunded": FactKind.DISPUTE_WON,
    "prevented": FactKind.DISPUTE_WON,
}


def _references(about: EventObject) -> tuple[str, ...]:
    """The ids of the payment: its intent, then its charge; each field holds an id or the whole object.

    The payment of a monthly plan's invoice is named by the invoice, and `invoice_payment.paid` names both.
    """
    payment = about.payment if isinstance(about.payment, dict) else {}
    named = {
        "invoice": (about.id, about.payment_intent),
        "invoice_payment": (about.invoice, payment.get("payment_intent")),
        "payment_intent": (about.id, about.latest_charge or _first(about.charges)),
        "charge": (about.payment_intent, about.id),
    }.get(_text(about.object) or "", (about.payment_intent, about.charge))
    return tuple(name for name in map(_text, named) if name is not None)


def _first(listed: Any) -> Any:
    """The newest of a list inside an object: until API version 2022-11-15 a payment intent held its charges."""
    data = listed.get("data") if isinstance(listed, dict) else None
    return data[0] if isinstance(data, list) and data else None


def _amount(kind: FactKind, about: EventObject, currency: str | None) -> int | None:
    if kind is FactKind.SUBSCRIPTION_CANCELLED:
        return None
    amount = about.amount_refunded if kind is FactKind.CHARGE_REFUNDED else about.amount_total
    if about.object == "invoice":
        amount = about.amount_paid
    chosen = about.amount if amount is None else amount
    if not isinstance(chosen, int) or isinstance(chosen, bool) or not 0 <= chosen <= LARGEST_SUM:
        return None
    return from_stripe(chosen, currency or "")


def _method(about: EventObject) -> str | None:
    if isinstance(about.payment_method_details, dict):
        return _text(about.payment_method_details.get("type"))
    types = about.payment_method_types
    return _text(types[0]) if isinstance(types, list) and len(types) == 1 else None


def _reason(about: EventObject) -> str | None:
    error = about.last_payment_error if isinstance(about.last_payment_error, dict) else {}
    reason = error.get("decline_code") or error.get("code") or about.failure_reason or about.reason
    return reason[:LONGEST_REASON] if isinstance(reason, str) and reason else None


def _text(value: Any) -> str | None:
    """A text, or the id of an expanded object; None for neither, or for one too long for an id."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and 0 < len(value.encode()) <= LONGEST_NAME else None
