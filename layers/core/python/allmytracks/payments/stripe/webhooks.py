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
_Created = Annotated[int, msgspec.Meta(ge=0, le=253_000_000_000)]


class EventObject(msgspec.Struct):
    """The fields of an event's object that are read; unknown kinds may hold anything in them."""

    id: Any = None
    object: Any = None
    amount: Any = None
    amount_refunded: Any = None
    amount_total: Any = None
    charge: Any = None
    charges: Any = None
    client_reference_id: Any = None
    currency: Any = None
    failure_reason: Any = None
    last_payment_error: Any = None
    latest_charge: Any = None
    metadata: Any = None
    payment_intent: Any = None
    payment_method_details: Any = None
    payment_method_types: Any = None
    payment_status: Any = None
    reason: Any = None
    status: Any = None


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
    metadata = about.metadata if isinstance(about.metadata, dict) else {}
    kind, currency = _kind(event.type, about), (_text(about.currency) or "").upper() or None
    return Fact(
        provider=PROVIDER,
        event_id=event.id,
        occurred_at=datetime.fromtimestamp(event.created, UTC),
        kind=kind,
        source_kind=event.type,
        order_id=_text(metadata.get("order_id")) or _text(about.client_reference_id),
        account_id=_text(metadata.get("account_id")),
        references=_references(about),
        subject=_text(about.id),
        amount=_amount(kind, about, currency),
        currency=currency,
        method=_method(about),
        reason=_reason(about),
    )


def _kind(source_kind: str, about: EventObject) -> FactKind:
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
    """The ids of the payment: its intent, then its charge; each field holds an id or the whole object."""
    named = {
        "payment_intent": (about.id, about.latest_charge or _first(about.charges)),
        "charge": (about.payment_intent, about.id),
    }.get(_text(about.object) or "", (about.payment_intent, about.charge))
    return tuple(name for name in map(_text, named) if name is not None)


def _first(listed: Any) -> Any:
    """The newest of a list inside an object: until API version 2022-11-15 a payment intent held its charges."""
    data = listed.get("data") if isinstance(listed, dict) else None
    return data[0] if isinstance(data, list) and data else None


def _amount(kind: FactKind, about: EventObject, currency: str | None) -> int | None:
    amount = about.amount_refunded if kind is FactKind.CHARGE_REFUNDED else about.amount_total
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
