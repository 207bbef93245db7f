"""Subscriptions at the local provider: a first month at checkout, renewals by its clock, failed ones with retries."""

from __future__ import annotations

import copy
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime

from infra.local.payments import objects
from infra.local.payments.objects import Object
from infra.local.payments.records import Refusal, found
from infra.local.payments.till import DAY, Till

# Stripe's retries are set in its dashboard; here they end, with the subscription, within a week.
RETRIES = (2 * DAY, 4 * DAY, 6 * DAY)


class MonthlyTill(Till):
    """A till that also sells by the month."""

    def __init__(self, now: Callable[[], datetime], page_url: str, post: Callable[[Object], None]) -> None:
        super().__init__(now, page_url, post)
        self.subscriptions: dict[str, Object] = {}
        self.invoices: dict[str, Object] = {}
        self._cards_that_fail: set[str] = set()

    def pay(self, session_id: str) -> Object:
        with self.lock:
            session = self._open(session_id)
            if session["mode"] != "subscription":
                return super().pay(session_id)
            created = self.seconds()
            plan = objects.subscription(session, self.plan_metadata(session_id), created, _later(created, 1))
            self.subscriptions[plan["id"]] = plan
            invoice = self._invoice(plan, created, "subscription_create")
            session.update(subscription=plan["id"], invoice=invoice["id"], status="complete", payment_status="paid")
            self.happened("customer.subscription.created", plan)
            self._collect(plan, invoice)
            self.happened("checkout.session.completed", session)
            return session

    def tick(self) -> None:
        """Expires checkouts, renews and retries what is due."""
        with self.lock:
            self.expire_due()
            for plan in self.subscriptions.values():
                while plan["status"] != "canceled" and self._move(plan):
                    pass

    def change(self, name: str, form: Object) -> Object:
        """Changes a subscription: whether it ends with its period. Raises Refusal."""
        with self.lock:
            plan = found(self.subscriptions, name, "subscription")
            if plan["status"] == "canceled":
                raise Refusal(400, "A canceled subscription can only update its cancellation_details and metadata.")
            if set(form) != {"cancel_at_period_end"}:
                raise Refusal(400, "Only cancel_at_period_end can be changed here.", code="parameter_unknown")
            ends = form["cancel_at_period_end"] == "true"
            end = plan["items"]["data"][0]["current_period_end"]
            plan.update(cancel_at_period_end=ends, cancel_at=end if ends else None)
            plan.update(canceled_at=self.seconds() if ends else None)
            self.happened("customer.subscription.updated", plan)
            return copy.deepcopy(plan)

    def end_now(self, session: Object) -> Object:
        """The provider's own staff cancel a subscription at once. Raises Refusal."""
        with self.lock:
            return self._end(self.plan_of(session))

    def let_fail(self, session: Object, *, fails: bool) -> Object:
        """Whether the card of a subscription is declined from now on. Raises Refusal."""
        with self.lock:
            plan = self.plan_of(session)
            (self._cards_that_fail.add if fails else self._cards_that_fail.discard)(plan["id"])
            return plan

    def plan_of(self, session: Object) -> Object:
        """The subscription of a session. Raises Refusal."""
        if session.get("subscription") is None:
            raise Refusal(409, "The order has no subscription.")
        return self.subscriptions[session["subscription"]]

    def newest_first(self, what: str) -> list[Object]:
        listed = super().newest_first(what)
        return [self._with_payments(each) for each in listed] if what == "invoices" else listed

    def _with_payments(self, invoice: Object) -> Object:
        """As lists show it where its payments are expanded."""
        intent = self.intents[invoice["_intent"]]
        paid = [objects.invoice_payment(invoice, intent, self.seconds())] if invoice["status"] == "paid" else []
        return {**_shown(invoice), "payments": objects.page(f"/v1/invoices/{invoice['id']}", paid, has_more=False)}

    def charge_of(self, session: Object) -> str:
        """The charge of the newest paid month, where the session is a subscription's."""
        if session["mode"] != "subscription":
            return super().charge_of(session)
        plan = self.plan_of(session)
        paid = [
            each
            for each in self.invoices.values()
            if each["parent"]["subscription_details"]["subscription"] == plan["id"]
        ]
        intents = [self.intents[each["_intent"]] for each in paid if each["status"] == "paid"]
        return str(intents[-1]["latest_charge"])

    def _move(self, plan: Object) -> bool:
        """The next thing that is due of a subscription; False where nothing is."""
        now, item = self.seconds(), plan["items"]["data"][0]
        open_one = self.invoices.get(str(plan["latest_invoice"]))
        if open_one is not None and open_one["status"] == "open":
            return self._retry(plan, open_one, now)
        end = item["current_period_end"]
        if now < end:
            return False
        if plan["cancel_at_period_end"]:
            self._end(plan)
            return True
        item.update(current_period_start=end, current_period_end=_of_anchor(plan["billing_cycle_anchor"], end))
        self._collect(plan, self._invoice(plan, end, "subscription_cycle"))
        return True

    def _retry(self, plan: Object, invoice: Object, now: int) -> bool:
        attempts = invoice["attempt_count"]
        if now < invoice["period_start"] + RETRIES[attempts - 1]:
            return False
        self._collect(plan, invoice)
        if invoice["status"] == "open" and invoice["attempt_count"] > len(RETRIES):
            invoice.update(status="uncollectible")
            self._end(plan)
        return True

    def _collect(self, plan: Object, invoice: Object) -> None:
        """Tries to collect an invoice."""
        intent = self.intents[invoice["_intent"]]
        invoice["attempt_count"] += 1
        if plan["id"] in self._cards_that_fail:
            intent.update(
                status="requires_payment_method",
                last_payment_error={
                    "type": "card_error",
                    "code": "card_declined",
                    "decline_code": "insufficient_funds",
                },
            )
            plan.update(status="past_due")
            self.happened("payment_intent.payment_failed", intent)
            self.happened("invoice.payment_failed", _shown(invoice))
            self.happened("customer.subscription.updated", plan)
            return
        charged = objects.charge(intent, self.seconds())
        self.charges[charged["id"]] = charged
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charged["id"])
        invoice.update(status="paid", amount_paid=invoice["amount_due"], amount_remaining=0)
        invoice["status_transitions"]["paid_at"] = self.seconds()
        plan.update(status="active")
        self.happened("charge.succeeded", charged)
        self.happened("invoice.paid", _shown(invoice))
        self.happened("invoice_payment.paid", objects.invoice_payment(invoice, intent, self.seconds()))

    def _invoice(self, plan: Object, start: int, reason: str) -> Object:
        item = plan["items"]["data"][0]
        invoice = objects.invoice(plan, start, item["current_period_end"], reason, self.seconds())
        intent = objects.payment_intent(
            {"amount_total": invoice["amount_due"], "currency": invoice["currency"]}, {}, self.seconds()
        )
        self.intents[intent["id"]] = intent
        invoice["_intent"] = intent["id"]
        self.invoices[invoice["id"]] = invoice
        plan["latest_invoice"] = invoice["id"]
        return invoice

    def _end(self, plan: Object) -> Object:
        plan.update(status="canceled", ended_at=self.seconds(), canceled_at=plan["canceled_at"] or self.seconds())
        self.happened("customer.subscription.deleted", plan)
        return plan


def _shown(invoice: Object) -> Object:
    """As events show it: an invoice does not name its payment."""
    return {name: value for name, value in invoice.items() if not name.startswith("_")}


def _later(start: int, months: int) -> int:
    """The same day and time so many months later, in UTC; a missing day is the month's last."""
    begun = datetime.fromtimestamp(start, UTC)
    year, month = divmod(begun.year * 12 + begun.month - 1 + months, 12)
    day = min(begun.day, monthrange(year, month + 1)[1])
    return int(begun.replace(year=year, month=month + 1, day=day).timestamp())


def _of_anchor(anchor: int, end: int) -> int:
    """The end of the month after `end`, counted from the anchor itself."""
    first, last = datetime.fromtimestamp(anchor, UTC), datetime.fromtimestamp(end, UTC)
    return _later(anchor, (last.year - first.year) * 12 + last.month - first.month + 1)
