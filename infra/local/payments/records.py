"""The local provider's records: sessions, payments, refunds, disputes, and the events that they caused."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
    }
)


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


class Records:
    """In memory."""

    def __init__(self, now: Callable[[], datetime], post: Callable[[Object], None]) -> None:
        self._now = now
        self._post = post
        self.lock = threading.RLock()
        self._loses_webhooks = self._loses_events = False
        self.sessions: dict[str, Object] = {}
        self.intents: dict[str, Object] = {}
        self.charges: dict[str, Object] = {}
        self.refunds: dict[str, Object] = {}
        self.disputes: dict[str, Object] = {}
        self.events: list[Object] = []

    @contextmanager
    def losing(self, *, webhooks: bool, events: bool) -> Iterator[None]:
        """Within this context, events are not posted or not even listed, as the arguments say."""
        with self.lock:
            self._loses_webhooks, self._loses_events = webhooks, events
            try:
                yield
            finally:
                self._loses_webhooks = self._loses_events = False

    def kept(self) -> Mapping[str, Any]:
        """All records, for `restore`."""
        with self.lock:
            return {name: each for name, each in vars(self).items() if isinstance(each, dict | list | set)}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on with the records of an earlier run."""
        vars(self).update(kept)

    def seconds(self) -> int:
        """The present second of the local clock."""
        return int(self._now().timestamp())

    def session(self, session_id: str) -> Object:
        """A session's present state. Raises Refusal."""
        with self.lock:
            return found(self.sessions, session_id, "checkout.session")

    def session_of_order(self, order_id: str) -> Object:
        """The newest session made for an order. Raises Refusal."""
        with self.lock:
            for session in reversed(self.sessions.values()):
                if order_id in (session["client_reference_id"], session["metadata"].get("order_id")):
                    return session
            raise Refusal(404, f"No checkout session was made for order {order_id}.", code="resource_missing")

    def newest_first(self, what: str) -> list[Object]:
        """All `sessions`, `refunds`, `disputes` or `events` in their present state."""
        with self.lock:
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
        with self.lock:
            session = self.session_of_order(order_id)
            names = {session["id"], session["payment_intent"]}
            repeated = [each for each in self.events if each["type"] in POSTED and _about(each) & names]
            for each in repeated:
                self._post(each)
            return repeated

    def expanded(self, session_id: str) -> Object:
        """A session with its payment and the charge in it, each whole. Raises Refusal."""
        with self.lock:
            session = copy.deepcopy(self.session(session_id))
            intent = copy.deepcopy(self.intents.get(str(session["payment_intent"])))
            if intent is not None:
                intent["latest_charge"] = copy.deepcopy(self.charges.get(str(intent["latest_charge"])))
                session["payment_intent"] = intent
            return session

    def happened(self, kind: str, about: Object) -> None:
        event = objects.event(kind, copy.deepcopy(about), self.seconds())
        if not self._loses_events:
            self.events.append(event)
        if kind in POSTED and not self._loses_webhooks:
            self._post(event)


def _about(event: Object) -> set[Any]:
    about = event["data"]["object"]
    return {about["id"], about.get("payment_intent")} - {None}


def found(known: dict[str, Object], name: str, kind: str) -> Object:
    """One object of a kind. Raises Refusal."""
    if name not in known:
        raise Refusal(404, f"No such {kind}: '{name}'", code="resource_missing", param="id")
    return known[name]
