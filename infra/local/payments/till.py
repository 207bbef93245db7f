"""What the local provider knows: sessions, payments, refunds, disputes, and the events that they caused."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.payments import objects
from infra.local.payments.objects import Object

# What a webhook endpoint of this product subscribes to; every event can be listed, only these are posted.
POSTED = frozenset(
    {
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.refunded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.payment_failed",
        "refund.created",
        "refund.failed",
        "refund.updated",
    }
)
DAY = 86400
HALF_AN_HOUR = 1800


class Refusal(Exception):
    """A request that the provider answers with an error object."""

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error: Object = {"type": "invalid_request_error", "message": message}
        if code:
            self.error["code"] = code
        if param:
            self.error["param"] = param


class Till:
    """Everything in memory: every start is fresh. Each method is one step that nobody sees half done."""

    def __init__(self, now: Callable[[], datetime], page_url: str, post: Callable[[Object], None]) -> None:
        self._now = now
        self._page_url = page_url
        self._post = post
        self._lock = threading.RLock()
        self.sessions: dict[str, Object] = {}
        self.intents: dict[str, Object] = {}
        self.charges: dict[str, Object] = {}
        self.refunds: dict[str, Object] = {}
        self.disputes: dict[str, Object] = {}
        self.events: list[Object] = []
        self._intent_metadata: dict[str, Object] = {}

    def seconds(self) -> int:
        """The present second of the local clock."""
        return int(self._now().timestamp())

    def open_session(self, form: Object) -> Object:
        """A checkout session. Raises Refusal where a required field is missing or wrong."""
        if form.get("mode") != "payment":
            raise Refusal(400, "Only mode=payment is served here.", code="parameter_invalid", param="mode")
        if not str(form.get("success_url", "")).startswith(("http://", "https://")):
            raise Refusal(400, "Not a valid URL", code="url_invalid", param="success_url")
        amount, currency = _total(form)
        created = self.seconds()
        expires_at = int(form.get("expires_at", created + DAY))
        if not created + HALF_AN_HOUR <= expires_at <= created + DAY:
            message = (
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
            )
            raise Refusal(400, message, param="expires_at")
        with self._lock:
            session = objects.checkout_session(form, amount, currency, expires_at, created)
            session["url"] = f"{self._page_url}/{session['id']}"
            self.sessions[session["id"]] = session
            self._intent_metadata[session["id"]] = form.get("payment_intent_data", {}).get("metadata", {})
            return copy.deepcopy(session)

    def session(self, session_id: str) -> Object:
        """A session as it stands now. Raises Refusal."""
        with self._lock:
            return _found(self.sessions, session_id, "checkout.session")

    def pay(self, session_id: str) -> Object:
        """The buyer pays with a card that works."""
        with self._lock:
            session = self._open(session_id)
            intent = self._intent(session)
            charged = objects.charge(intent, self.seconds())
            self.charges[charged["id"]] = charged
            changes = {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charged["id"]}
            intent.update(changes, payment_method=charged["payment_method"], last_payment_error=None)
            session.update(status="complete", payment_status="paid")
            self._happened("charge.succeeded", charged)
            self._happened("payment_intent.succeeded", intent)
            self._happened("checkout.session.completed", session)
            return session

    def decline(self, session_id: str) -> Object:
        """The buyer's card is declined; the session stays open for another try."""
        with self._lock:
            session = self._open(session_id)
            intent = self._intent(session)
            intent["last_payment_error"] = {
                "type": "card_error",
                "code": "card_declined",
                "decline_code": "generic_decline",
                "message": "Your card was declined.",
            }
            self._happened("payment_intent.payment_failed", intent)
            return session

    def expire(self, session_id: str) -> Object:
        """The session's time is over, or its owner ended it."""
        with self._lock:
            session = self._open(session_id)
            session.update(status="expired", url=None)
            self._happened("checkout.session.expired", session)
            return session

    def expire_due(self) -> None:
        """Expires every open session whose time is over."""
        with self._lock:
            for session in list(self.sessions.values()):
                if session["status"] == "open" and session["expires_at"] <= self.seconds():
                    self.expire(session["id"])

    def refund(self, charge_id: str, amount: int | None) -> Object:
        """Gives money back, all that is left where no amount is named. Raises Refusal."""
        with self._lock:
            charged = _found(self.charges, charge_id, "charge")
            left = charged["amount"] - charged["amount_refunded"]
            if left == 0:
                raise Refusal(400, f"Charge {charge_id} has already been refunded.", code="charge_already_refunded")
            if amount is not None and not 0 < amount <= left:
                message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})."
                raise Refusal(400, message, param="amount")
            refund = objects.refund(charged, left if amount is None else amount, self.seconds())
            self.refunds[refund["id"]] = refund
            charged["amount_refunded"] += refund["amount"]
            charged["refunded"] = charged["amount_refunded"] == charged["amount"]
            self._happened("refund.created", refund)
            self._happened("charge.refunded", charged)
            return refund

    def open_dispute(self, charge_id: str) -> Object:
        """The buyer's bank disputes a charge. Raises Refusal."""
        with self._lock:
            charged = _found(self.charges, charge_id, "charge")
            if charged["disputed"]:
                raise Refusal(409, "The charge is disputed already.")
            dispute = objects.dispute(charged, self.seconds())
            self.disputes[dispute["id"]] = dispute
            charged["disputed"] = True
            self._happened("charge.dispute.created", dispute)
            self._happened("charge.dispute.funds_withdrawn", dispute)
            return dispute

    def close_dispute(self, charge_id: str, status: str) -> Object:
        """The dispute is decided: `won` or `lost`. Raises Refusal."""
        with self._lock:
            for dispute in self.disputes.values():
                if dispute["charge"] == charge_id and dispute["status"] not in {"won", "lost"}:
                    dispute["status"] = status
                    self._happened("charge.dispute.closed", dispute)
                    if status == "won":
                        self._happened("charge.dispute.funds_reinstated", dispute)
                    return dispute
            raise Refusal(409, "The charge has no open dispute.")

    def session_of_order(self, order_id: str) -> Object:
        """The newest session made for an order. Raises Refusal."""
        with self._lock:
            for session in reversed(self.sessions.values()):
                if order_id in (session["client_reference_id"], session["metadata"].get("order_id")):
                    return session
            raise Refusal(404, f"No checkout session was made for order {order_id}.", code="resource_missing")

    def newest_first(self, what: str) -> list[Object]:
        """All `sessions`, `refunds`, `disputes` or `events` as they stand now."""
        with self._lock:
            known = getattr(self, what)
            return copy.deepcopy(list(reversed(known if isinstance(known, list) else known.values())))

    def charge_of(self, session: Object) -> str:
        """The charge that paid a session. Raises Refusal where it is not paid."""
        intent = self.intents.get(str(session["payment_intent"]))
        if intent is None or intent["latest_charge"] is None:
            raise Refusal(409, "The order is not paid.")
        return str(intent["latest_charge"])

    def repeat(self, order_id: str) -> list[Object]:
        """Posts every event of an order's session once more, unchanged."""
        with self._lock:
            session = self.session_of_order(order_id)
            names = {session["id"], session["payment_intent"]}
            repeated = [each for each in self.events if each["type"] in POSTED and _about(each) & names]
            for each in repeated:
                self._post(each)
            return repeated

    def _open(self, session_id: str) -> Object:
        session = self.session(session_id)
        if session["status"] != "open":
            raise Refusal(409, f"The checkout session is {session['status']} already.")
        return session

    def _intent(self, session: Object) -> Object:
        intent = self.intents.get(str(session["payment_intent"]))
        if intent is None:
            intent = objects.payment_intent(session, self._intent_metadata[session["id"]], self.seconds())
            self.intents[intent["id"]] = intent
            session["payment_intent"] = intent["id"]
        return intent

    def _happened(self, kind: str, about: Object) -> None:
        event = objects.event(kind, copy.deepcopy(about), self.seconds())
        self.events.append(event)
        if kind in POSTED:
            self._post(event)


def _about(event: Object) -> set[Any]:
    about = event["data"]["object"]
    return {about["id"], about.get("payment_intent")} - {None}


def _found(known: dict[str, Object], name: str, kind: str) -> Object:
    if name not in known:
        raise Refusal(404, f"No such {kind}: '{name}'", code="resource_missing", param="id")
    return known[name]


def _total(form: Object) -> tuple[int, str]:
    items = form.get("line_items")
    if not isinstance(items, list) or not items:
        raise Refusal(400, "Missing required param: line_items.", code="parameter_missing", param="line_items")
    try:
        prices = [(item["price_data"], int(item.get("quantity", 1))) for item in items]
        currencies = {price["currency"] for price, _ in prices}
        amount = sum(int(price["unit_amount"]) * quantity for price, quantity in prices)
    except (KeyError, TypeError, ValueError):
        raise Refusal(
            400, "Invalid line_items: price_data needs currency and unit_amount.", param="line_items"
        ) from None
    if len(currencies) != 1 or amount <= 0:
        raise Refusal(400, "All line items need one currency and a positive sum.", param="line_items")
    return amount, currencies.pop()
