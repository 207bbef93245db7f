"""Stripe's own record of events, refunds, disputes and checkouts, as facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from allmytracks.payments.reconciliation.ports import FactsPage, Listing, Position, Span
from allmytracks.payments.rules import Fact
from allmytracks.payments.stripe.calls import StripeCalls
from allmytracks.payments.stripe.webhooks import (
    PROVIDER,
    Event,
    EventData,
    EventObject,
    to_fact,
)

if TYPE_CHECKING:
    from stripe import ListObject, StripeObject

# The events that our endpoint subscribes to; no others have an effect. Stripe accepts up to twenty in one request.
LISTED_KINDS = (
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.refund.updated",
    "charge.refunded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.subscription.deleted",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice_payment.paid",
    "payment_intent.payment_failed",
    "refund.created",
    "refund.failed",
    "refund.updated",
)
PAGE = 100
# Of a monthly plan the refunds and disputes of so many of the newest payments are read: a request has 29 seconds.
NEWEST_PAYMENTS = 12


class StripeHistory:
    """Lists Stripe's record; events for 30 days, everything else without limit."""

    provider = PROVIDER

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    def page(self, span: Span, position: Position) -> FactsPage:
        wish: Any = {
            "limit": PAGE,
            "created": {"gte": int(span.since.timestamp()), "lt": int(span.until.timestamp())},
        }
        if position.after is not None:
            wish["starting_after"] = position.after
        with self._calls.client() as client:
            if position.listing is Listing.EVENTS:
                wish["types"] = list(LISTED_KINDS)
                events = client.v1.events.list(wish)
                return _page(events, [to_fact(msgspec.convert(each.to_dict(), Event)) for each in events.data])
            if position.listing is Listing.REFUNDS:
                refunds = client.v1.refunds.list(wish)
                return _page(refunds, [_standing(each) for each in refunds.data])
            disputes = client.v1.disputes.list(wish)
            return _page(disputes, [_standing(each) for each in disputes.data])

    def payment(self, session_id: str) -> Sequence[Fact]:
        with self._calls.client() as client:
            expanded = ["payment_intent.latest_charge", "subscription"]
            session = client.v1.checkout.sessions.retrieve(session_id, {"expand": expanded})
            facts = [fact for fact in [_settled(session)] if fact is not None]
            payments = [_name(session.payment_intent)] if session.payment_intent is not None else []
            if session.subscription is not None:
                of_plan: Any = {"subscription": _name(session.subscription), "expand": ["data.payments"], "limit": PAGE}
                invoices = [each.to_dict() for each in client.v1.invoices.list(of_plan).auto_paging_iter()]
                months = [_month(each) for each in reversed(invoices)]
                facts += [fact for fact in [*months, _ended(session.to_dict()["subscription"])] if fact is not None]
                payments = [name for name in map(_payment_of, invoices) if name is not None][:NEWEST_PAYMENTS]
            for name in payments:
                of_payment: Any = {"payment_intent": name, "limit": PAGE}
                facts += [_standing(each) for each in client.v1.refunds.list(of_payment).auto_paging_iter()]
                facts += [_standing(each) for each in client.v1.disputes.list(of_payment).auto_paging_iter()]
        return facts


def _page(listed: ListObject[Any], facts: Sequence[Fact]) -> FactsPage:
    return FactsPage(facts, listed.data[-1].id if listed.has_more and listed.data else None)


def _standing(found: StripeObject) -> Fact:
    """The current state of a refund or a dispute, dated at its creation."""
    about = found.to_dict()
    kind = {"refund": "refund.updated", "dispute": "charge.dispute.updated"}[about["object"]]
    return _told(kind, about, str(about["status"]), int(about["created"]))


def _settled(found: StripeObject) -> Fact | None:
    """The result of a checkout, dated by its payment; None while it is open."""
    about = found.to_dict()
    intent = about.get("payment_intent") or {}
    charge = intent.get("latest_charge") or {}
    if about["status"] == "expired":
        return _told("checkout.session.expired", about, "expired", int(about["expires_at"]))
    if about["status"] != "complete":
        return None
    paid_at = charge.get("created") or intent.get("created") or about["created"]
    told = _told("checkout.session.completed", about, str(about["payment_status"]), int(paid_at))
    charged = (charge["id"],) if charge else ()
    method = charge.get("payment_method_details", {}).get("type") or told.method
    return replace(told, references=(*told.references, *charged), method=method)


def _name(found: Any) -> str:
    """The id of what may be expanded."""
    return str(found if isinstance(found, str) else found.id)


def _payment_of(invoice: dict[str, Any]) -> str | None:
    """The payment that paid an invoice."""
    paid = [each for each in invoice.get("payments", {}).get("data", []) if each["status"] == "paid"]
    return paid[-1]["payment"].get("payment_intent") if paid else None


def _month(invoice: dict[str, Any]) -> Fact | None:
    """What came of one month of a plan; it names its payment, as the event `invoice_payment.paid` does."""
    about = {**invoice, "payment_intent": _payment_of(invoice)}
    if invoice["status"] == "paid":
        return _told("invoice.paid", about, "paid", int(invoice["status_transitions"]["paid_at"] or invoice["created"]))
    if invoice["attempt_count"]:
        return _told("invoice.payment_failed", about, str(invoice["status"]), int(invoice["created"]))
    return None


def _ended(plan: dict[str, Any]) -> Fact | None:
    """That a plan renews no more; None while it does."""
    if plan["ended_at"] is not None:
        return _told("customer.subscription.deleted", plan, str(plan["status"]), int(plan["ended_at"]))
    if plan["canceled_at"] is not None:
        return _told("customer.subscription.updated", plan, "canceled", int(plan["canceled_at"]))
    return None


def _told(kind: str, about: dict[str, Any], state: str, at: int) -> Fact:
    """A fact as an event would report it; its id shows that none did."""
    fact = to_fact(Event(f"{about['id']}:{state}", kind, at, EventData(msgspec.convert(about, EventObject))))
    return replace(fact, source_kind=str(about["object"]))
