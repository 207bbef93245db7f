"""What happens at the local provider: checkouts, payments, refunds, disputes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime

from infra.local.payments import objects
from infra.local.payments.objects import Object
from infra.local.payments.records import Records, Refusal, found

DAY = 86400
HALF_AN_HOUR = 1800
# docs.stripe.com/currencies: three decimals of which the last is 0, and hundredths of what has none.
_MULTIPLES = {"bhd": 10, "jod": 10, "kwd": 10, "omr": 10, "tnd": 10, "isk": 100, "ugx": 100}
_LARGEST = {"cop": 9_999_999_999, "idr": 999_999_999_999, "inr": 999_999_999}


class Till(Records):
    """The provider's steps. Each method is atomic."""

    def __init__(self, now: Callable[[], datetime], page_url: str, post: Callable[[Object], None]) -> None:
        super().__init__(now, post)
        self._page_url = page_url
        self._intent_metadata: dict[str, Object] = {}

    def open_session(self, form: Object) -> Object:
        """A checkout session. Raises Refusal where a required field is missing or wrong."""
        mode = form.get("mode")
        if mode not in {"payment", "subscription"}:
            raise Refusal(400, "Only payment and subscription are served here.", code="parameter_invalid", param="mode")
        _check_recurring(form, renews=mode == "subscription")
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
        with self.lock:
            session = objects.checkout_session(form, amount, currency, expires_at, created)
            session["url"] = f"{self._page_url}/{session['id']}"
            self.sessions[session["id"]] = session
            data = form.get("payment_intent_data" if mode == "payment" else "subscription_data", {})
            self._intent_metadata[session["id"]] = data.get("metadata", {})
            return copy.deepcopy(session)

    def pay(self, session_id: str) -> Object:
        """The buyer pays with a card that works."""
        with self.lock:
            session = self._open(session_id)
            self._charge(session)
            self.happened("checkout.session.completed", session)
            return session

    def plan_metadata(self, session_id: str) -> Object:
        """The metadata that the subscription of a session gets."""
        return self._intent_metadata[session_id]

    def promise(self, session_id: str) -> Object:
        """The buyer pays by a delayed method, which may fail later."""
        with self.lock:
            session = self._open(session_id)
            if session["mode"] != "payment":
                raise Refusal(400, "A subscription is paid by card here.")
            self._intent(session).update(status="processing")
            session.update(status="complete")
            self.happened("checkout.session.completed", session)
            return session

    def keep_promise(self, session_id: str) -> Object:
        """A delayed payment succeeds. Raises Refusal."""
        with self.lock:
            session = self._promised(session_id)
            self._charge(session)
            self.happened("checkout.session.async_payment_succeeded", session)
            return session

    def break_promise(self, session_id: str) -> Object:
        """A delayed payment fails. Raises Refusal."""
        with self.lock:
            session = self._promised(session_id)
            self._fail(session, "payment_intent_payment_attempt_failed", "generic_decline")
            self.happened("checkout.session.async_payment_failed", session)
            return session

    def decline(self, session_id: str) -> Object:
        """The buyer's card is declined; the session stays open for another attempt."""
        with self.lock:
            session = self._open(session_id)
            self._fail(session, "card_declined", "generic_decline")
            return session

    def expire(self, session_id: str) -> Object:
        """The session expires, by time or by its owner."""
        with self.lock:
            session = self._open(session_id)
            session.update(status="expired", url=None)
            self.happened("checkout.session.expired", session)
            return session

    def expire_due(self) -> None:
        """Expires every open session that is due."""
        with self.lock:
            for session in list(self.sessions.values()):
                if session["status"] == "open" and session["expires_at"] <= self.seconds():
                    self.expire(session["id"])

    def refund(self, charge_id: str, amount: int | None, metadata: Object | None = None) -> Object:
        """Refunds an amount, by default all that is left. Raises Refusal."""
        with self.lock:
            charged = found(self.charges, charge_id, "charge")
            left = charged["amount"] - charged["amount_refunded"]
            if left == 0:
                raise Refusal(400, f"Charge {charge_id} has already been refunded.", code="charge_already_refunded")
            if amount is not None and not 0 < amount <= left:
                message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})."
                raise Refusal(400, message, param="amount")
            refund = objects.refund(charged, left if amount is None else amount, self.seconds())
            refund["metadata"] = metadata or {}
            self.refunds[refund["id"]] = refund
            charged["amount_refunded"] += refund["amount"]
            charged["refunded"] = charged["amount_refunded"] == charged["amount"]
            self.happened("refund.created", refund)
            self.happened("charge.refunded", charged)
            return refund

    def fail_refund(self, charge_id: str) -> Object:
        """The newest refund of a charge fails. Raises Refusal."""
        with self.lock:
            for refund in reversed(self.refunds.values()):
                if refund["charge"] == charge_id and refund["status"] != "failed":
                    refund.update(status="failed")
                    charged = self.charges[charge_id]
                    charged.update(amount_refunded=charged["amount_refunded"] - refund["amount"], refunded=False)
                    self.happened("refund.updated", refund)
                    self.happened("charge.refund.updated", refund)
                    self.happened("refund.failed", refund)
                    return refund
            raise Refusal(409, "The charge has no refund that could fail.")

    def open_dispute(self, charge_id: str) -> Object:
        """The buyer's bank disputes a charge. Raises Refusal."""
        with self.lock:
            charged = found(self.charges, charge_id, "charge")
            if charged["disputed"]:
                raise Refusal(409, "The charge is disputed already.")
            dispute = objects.dispute(charged, self.seconds())
            self.disputes[dispute["id"]] = dispute
            charged["disputed"] = True
            self.happened("charge.dispute.created", dispute)
            self.happened("charge.dispute.funds_withdrawn", dispute)
            return dispute

    def answer_dispute(self, charge_id: str) -> Object:
        """Evidence is submitted; the bank reviews it. Raises Refusal."""
        with self.lock:
            dispute = self._undecided(charge_id)
            dispute.update(status="under_review")
            self.happened("charge.dispute.updated", dispute)
            return dispute

    def close_dispute(self, charge_id: str, status: str) -> Object:
        """The dispute is decided: `won` or `lost`. Raises Refusal."""
        with self.lock:
            dispute = self._undecided(charge_id)
            dispute.update(status=status)
            self.happened("charge.dispute.closed", dispute)
            if status == "won":
                self.happened("charge.dispute.funds_reinstated", dispute)
            return dispute

    def _charge(self, session: Object) -> None:
        intent = self._intent(session)
        charged = objects.charge(intent, self.seconds())
        self.charges[charged["id"]] = charged
        changes = {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charged["id"]}
        intent.update(changes, payment_method=charged["payment_method"], last_payment_error=None)
        session.update(status="complete", payment_status="paid")
        self.happened("charge.succeeded", charged)
        self.happened("payment_intent.succeeded", intent)

    def _fail(self, session: Object, code: str, decline_code: str) -> None:
        intent = self._intent(session)
        error = {"code": code, "decline_code": decline_code, "message": "Your payment was declined."}
        intent.update(status="requires_payment_method", last_payment_error={"type": "card_error", **error})
        self.happened("payment_intent.payment_failed", intent)

    def _promised(self, session_id: str) -> Object:
        session = self.session(session_id)
        if self._intent(session)["status"] != "processing":
            raise Refusal(409, "The order has no payment that is under way.")
        return session

    def _undecided(self, charge_id: str) -> Object:
        for dispute in self.disputes.values():
            if dispute["charge"] == charge_id and dispute["status"] not in {"won", "lost"}:
                return dispute
        raise Refusal(409, "The charge has no open dispute.")

    def _open(self, session_id: str) -> Object:
        session = self.session(session_id)
        if session["status"] != "open":
            raise Refusal(409, f"The checkout session is {session['status']} already.")
        return session

    def _intent(self, session: Object) -> Object:
        intent = self.intents.get(str(session["payment_intent"]))
        if intent is None:
            of_payment = self._intent_metadata[session["id"]] if session["mode"] == "payment" else {}
            intent = objects.payment_intent(session, of_payment, self.seconds())
            self.intents[intent["id"]] = intent
            session["payment_intent"] = intent["id"]
        return intent


def _check_recurring(form: Object, *, renews: bool) -> None:
    items = form.get("line_items")
    for item in items if isinstance(items, list) else []:
        recurring = item.get("price_data", {}).get("recurring")
        if renews and recurring != {"interval": "month"}:
            raise Refusal(400, "You must provide at least one recurring price.", param="line_items")
        if not renews and recurring is not None:
            raise Refusal(400, "You must use `subscription` mode for a recurring price.", param="line_items")


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
    (currency,) = currencies
    if any(int(price["unit_amount"]) % _MULTIPLES.get(currency, 1) for price, _ in prices):
        message = f"Amounts in {currency} must be multiples of {_MULTIPLES[currency]}."
        raise Refusal(400, message, code="parameter_invalid_integer", param="line_items[0][price_data][unit_amount]")
    if amount > _LARGEST.get(currency, 99_999_999):
        raise Refusal(400, "The amount is too large.", code="amount_too_large", param="line_items")
    return amount, currency
