"""Objects as Stripe's published API description shows them, with the fields that a card payment fills in."""

from __future__ import annotations

import secrets
import string
from typing import Any

Object = dict[str, Any]
API_VERSION = "2026-10-28.endive"
_LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """An id in Stripe's manner: a prefix and random letters and digits."""
    return f"{prefix}_" + "".join(secrets.choice(_LETTERS) for _ in range(length))


def checkout_session(form: Object, amount: int, currency: str, expires_at: int, created: int) -> Object:
    """An open checkout session; its page's address is filled in by the one who serves it."""
    return {
        "id": new_id("cs_test", 58),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": form.get("adaptive_pricing", {}).get("enabled") != "false"},
        "amount_subtotal": amount,
        "amount_total": amount,
        "cancel_url": form.get("cancel_url"),
        "client_reference_id": form.get("client_reference_id"),
        "created": created,
        "currency": currency,
        "customer": None,
        "customer_details": None,
        "customer_email": form.get("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "metadata": form.get("metadata", {}),
        "invoice": None,
        "mode": form["mode"],
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "subscription": None,
        "success_url": form.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "url": None,
    }


def payment_intent(session: Object, metadata: Object, created: int) -> Object:
    """The attempt to collect a session's amount."""
    intent = new_id("pi")
    return {
        "id": intent,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{intent}_secret_{secrets.token_hex(12)}",
        "created": created,
        "currency": session["currency"],
        "customer": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "payment_method": None,
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def charge(intent: Object, created: int) -> Object:
    """A successful charge of a test card."""
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "billing_details": {"email": None, "name": "A Test Buyer", "phone": None},
        "captured": True,
        "created": created,
        "currency": intent["currency"],
        "customer": None,
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {"card": {"brand": "visa", "funding": "credit", "last4": "4242"}, "type": "card"},
        "refunded": False,
        "status": "succeeded",
    }


def subscription(session: Object, metadata: Object, created: int, period_end: int) -> Object:
    """A subscription whose first month is being paid."""
    name = new_id("sub")
    price = {"id": new_id("price"), "object": "price", "currency": session["currency"]}
    price |= {"recurring": {"interval": "month", "interval_count": 1}, "unit_amount": session["amount_total"]}
    item = {"id": new_id("si", 14), "object": "subscription_item", "current_period_start": created, "quantity": 1}
    item |= {"current_period_end": period_end, "price": price, "subscription": name}
    return {
        "id": name,
        "object": "subscription",
        "billing_cycle_anchor": created,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": created,
        "currency": session["currency"],
        "customer": new_id("cus", 14),
        "ended_at": None,
        "items": {"data": [item], "has_more": False, "object": "list", "url": "/v1/subscription_items"},
        "latest_invoice": None,
        "livemode": False,
        "metadata": metadata,
        "start_date": created,
        "status": "active",
    }


def invoice(plan: Object, start: int, end: int, reason: str, created: int) -> Object:
    """An invoice of one month of a subscription, yet to be paid."""
    name, amount = new_id("in"), plan["items"]["data"][0]["price"]["unit_amount"]
    of_plan = {"invoice_item": None, "proration": False, "subscription": plan["id"]}
    line = {"id": new_id("il"), "object": "line_item", "amount": amount, "currency": plan["currency"], "invoice": name}
    line |= {"parent": {"subscription_item_details": of_plan, "type": "subscription_item_details"}}
    line |= {"period": {"start": start, "end": end}}
    return {
        "id": name,
        "object": "invoice",
        "amount_due": amount,
        "amount_paid": 0,
        "amount_remaining": amount,
        "attempt_count": 0,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": created,
        "currency": plan["currency"],
        "customer": plan["customer"],
        "lines": {"data": [line], "has_more": False, "object": "list", "url": f"/v1/invoices/{name}/lines"},
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": plan["metadata"], "subscription": plan["id"]},
            "type": "subscription_details",
        },
        "period_end": start,
        "period_start": start,
        "status": "open",
        "status_transitions": {
            "finalized_at": created,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "total": amount,
    }


def invoice_payment(of: Object, intent: Object, created: int) -> Object:
    """That an invoice was paid by a payment."""
    return {
        "id": new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": of["amount_paid"],
        "amount_requested": of["amount_due"],
        "created": created,
        "currency": of["currency"],
        "invoice": of["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "paid",
    }


def refund(charged: Object, amount: int, created: int) -> Object:
    """A refund of a charge or of a part of it."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charged["id"],
        "created": created,
        "currency": charged["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "reason": None,
        "status": "succeeded",
    }


def dispute(charged: Object, created: int) -> Object:
    """A dispute of a whole charge, waiting for an answer."""
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": charged["amount"],
        "charge": charged["id"],
        "created": created,
        "currency": charged["currency"],
        "evidence_details": {"due_by": created + 7 * 86400, "has_evidence": False, "past_due": False},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "payment_method_details": {"card": {"brand": "visa", "network_reason_code": "10.4"}, "type": "card"},
        "reason": "fraudulent",
        "status": "needs_response",
    }


def event(kind: str, about: Object, created: int) -> Object:
    """What happened to an object, with the object as it was then."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def page(url: str, data: list[Object], *, has_more: bool) -> Object:
    """One page of a list."""
    return {"object": "list", "url": url, "has_more": has_more, "data": data}
