"""The provider's addresses: the API under /_local/stripe/v1, the pay page, and the controls for tests."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra.local.payments import objects
from infra.local.payments.deliveries import Deliveries
from infra.local.payments.forms import nested
from infra.local.payments.monthly import MonthlyTill
from infra.local.payments.objects import Object
from infra.local.payments.pay_page import no_page, pay_page
from infra.local.payments.records import Refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

API = "/_local/stripe/v1"
LONGEST_PAGE = 100


def create_app(
    public_url: str, webhook_url: str, secret: str, api_key: str, now: Callable[[], datetime]
) -> LocalPayments:
    """The provider as a WSGI application.

    It serves its paths under `public_url` (the address that browsers use), posts events to `webhook_url` signed with
    `secret`, and asks API callers for `api_key`. Close it when done: it has a thread.
    """
    return LocalPayments(public_url, webhook_url, secret, api_key, now)


class LocalPayments:
    """A WSGI application; see create_app."""

    def __init__(
        self, public_url: str, webhook_url: str, secret: str, api_key: str, now: Callable[[], datetime]
    ) -> None:
        self._secret = secret
        self._api_key = api_key
        self._deliveries = Deliveries(webhook_url, secret, now)
        self.till = MonthlyTill(now, f"{public_url.rstrip('/')}/_local/pay", self._deliveries.post)
        self._deliveries.start(self.till.tick)
        self._steps = _steps(self.till)
        self._repeats: dict[str, tuple[Object, int, Object]] = {}
        self._one_at_a_time = threading.Lock()
        self._routes = Map(
            [
                _rule("POST", f"{API}/checkout/sessions", self._create_session),
                _rule("GET", f"{API}/checkout/sessions/<name>", self._session),
                _rule("GET", f"{API}/payment_intents/<name>", self._intent),
                _rule("POST", f"{API}/subscriptions/<name>", self._change_subscription),
                _rule("POST", f"{API}/refunds", self._create_refund),
                _rule("GET", f"{API}/checkout/sessions", self._list("sessions")),
                _rule("GET", f"{API}/refunds", self._list("refunds")),
                _rule("GET", f"{API}/disputes", self._list("disputes")),
                _rule("GET", f"{API}/invoices", self._list("invoices")),
                _rule("GET", f"{API}/events", self._list("events")),
                _rule("GET", "/_local/pay/<name>", self._show_page),
                _rule("POST", "/_local/pay/<name>", self._settle),
                _rule("POST", "/_local/payments/<order_id>", self._make_so),
                _rule("GET", "/_local/webhook-secret", lambda _: {"secret": self._secret}),
            ]
        )

    def kept(self) -> object:
        """All records and answers, for `restore`."""
        return self.till.kept(), self._repeats

    def restore(self, kept: Any) -> None:
        """Go on with the records of an earlier run."""
        records, self._repeats = kept
        self.till.restore(records)

    def close(self) -> None:
        """Stops posting webhooks."""
        self._deliveries.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, arguments = self._routes.bind_to_environ(request.environ).match()
            if request.path.startswith(API):
                self._authenticate(request)
            answer = endpoint(request, **arguments)
        except Refusal as refusal:
            if _by_a_person(request):
                return Response(no_page(refusal.error["message"]), refusal.status, mimetype="text/html")
            return _json({"error": refusal.error}, refusal.status)
        except (NotFound, MethodNotAllowed):
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            if _by_a_person(request):
                return Response(no_page(message), 404, mimetype="text/html")
            return _json({"error": {"type": "invalid_request_error", "message": message}}, 404)
        except HTTPException as error:
            return _json({"error": {"type": "invalid_request_error", "message": error.description}}, error.code or 400)
        return answer if isinstance(answer, Response) else _json(answer, 200)

    def _authenticate(self, request: Request) -> None:
        sent = request.authorization
        token = (sent.token or sent.username or "") if sent is not None else ""
        if not hmac.compare_digest(token.encode(), self._api_key.encode()):
            raise Refusal(401, "Invalid API Key provided.")

    def _create_session(self, request: Request) -> Response:
        return self._once(request, self.till.open_session)

    def _session(self, request: Request, name: str) -> Object:
        expand = nested(request.args.items(multi=True)).get("expand", [])
        found = self.till.expanded(name) if "payment_intent.latest_charge" in expand else self.till.session(name)
        if "subscription" in expand and found["subscription"] is not None:
            return {**found, "subscription": self.till.subscriptions[found["subscription"]]}
        return found

    def _change_subscription(self, request: Request, name: str) -> Object:
        return self.till.change(name, nested(request.form.items(multi=True)))

    def _create_refund(self, request: Request) -> Response:
        def refund(form: Object) -> Object:
            charge_id = form.get("charge") or self._charge_of_intent(form.get("payment_intent", ""))
            amount = int(form["amount"]) if "amount" in form else None
            return self.till.refund(charge_id, amount, form.get("metadata"))

        return self._once(request, refund)

    def _once(self, request: Request, make: Callable[[Object], Object]) -> Response:
        """Returns the first response for a repeated Idempotency-Key; refuses another body, as Stripe does."""
        form = nested(request.form.items(multi=True))
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return _json(make(form), 200)
        with self._one_at_a_time:
            known = self._repeats.get(key)
            if known is None:
                try:
                    status, body = 200, make(form)
                except Refusal as refusal:
                    status, body = refusal.status, {"error": refusal.error}
                known = self._repeats[key] = (form, status, json.loads(json.dumps(body)))
        if known[0] != form:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
            )
            return _json({"error": {"type": "idempotency_error", "message": message}}, 400)
        return _json(known[2], known[1])

    def _intent(self, _request: Request, name: str) -> Object:
        if name not in self.till.intents:
            raise Refusal(404, f"No such payment_intent: '{name}'", code="resource_missing", param="intent")
        return self.till.intents[name]

    def _charge_of_intent(self, name: str) -> str:
        intent = self.till.intents.get(name)
        if intent is None or intent["latest_charge"] is None:
            raise Refusal(400, f"No such payment_intent with a charge: '{name}'", code="resource_missing")
        return str(intent["latest_charge"])

    def _list(self, what: str) -> Callable[[Request], Object]:
        """A list, newest first, with the provider's paging and filters."""

        def answer(request: Request) -> Object:
            filters = nested(request.args.items(multi=True))
            items = [each for each in self.till.newest_first(what) if _chosen(each, filters)]
            after = request.args.get("starting_after")
            if after is not None:
                ids = [each["id"] for each in items]
                if after not in ids:
                    raise Refusal(400, f"No such object: '{after}'", code="resource_missing", param="starting_after")
                items = items[ids.index(after) + 1 :]
            limit = min(max(request.args.get("limit", 10, type=int), 1), LONGEST_PAGE)
            return objects.page(request.path.removeprefix("/_local/stripe"), items[:limit], has_more=len(items) > limit)

        return answer

    def _show_page(self, _request: Request, name: str) -> Response:
        return Response(pay_page(self.till.session(name)), mimetype="text/html")

    def _settle(self, request: Request, name: str) -> Response:
        sent = _json_object(request) if request.is_json else request.form
        steps = {
            "paid": self.till.pay,
            "declined": self.till.decline,
            "expired": self.till.expire,
            "promised": self.till.promise,
        }
        outcome = sent.get("outcome")
        if outcome not in steps:
            raise Refusal(400, f"Send outcome: {', '.join(steps)}.", param="outcome")
        with self.till.losing(webhooks=not _wish(sent, "deliver"), events=not _wish(sent, "list")):
            session = steps[outcome](name)
        address = (
            session["success_url"]
            if session["status"] == "complete"
            else session["cancel_url"] or session["success_url"]
        )
        if request.is_json:
            return _json({"outcome": outcome, "status": session["status"], "redirect_url": address}, 200)
        return redirect(address, 303)

    def _make_so(self, request: Request, order_id: str) -> Object:
        sent = _json_object(request)
        amount = sent.get("amount")
        if amount is not None and (not isinstance(amount, int) or isinstance(amount, bool)):
            raise Refusal(400, "amount is a whole number of the currency's minor unit.", param="amount")
        event = str(sent.get("event"))
        session = self.till.session_of_order(order_id)
        if event == "duplicate":
            return _posted(order_id, self.till.repeat(order_id))
        if event not in self._steps:
            raise Refusal(
                400, f"Unknown event {event!r}: send {', '.join([*self._steps, 'duplicate'])}.", param="event"
            )
        with self.till.losing(webhooks=not _wish(sent, "deliver"), events=not _wish(sent, "list")):
            before = len(self.till.events)
            self._steps[event](session, amount)
            return _posted(order_id, self.till.events[before:])


def _steps(till: MonthlyTill) -> dict[str, Callable[[Object, int | None], object]]:
    """The steps of an order's session that tests can trigger, with an amount."""

    def refund_part(session: Object, amount: int | None) -> object:
        return till.refund(till.charge_of(session), amount or session["amount_total"] // 2)

    return {
        "refund": lambda session, amount: till.refund(till.charge_of(session), amount),
        "partial_refund": refund_part,
        "refund_failed": lambda session, _: till.fail_refund(till.charge_of(session)),
        "dispute_opened": lambda session, _: till.open_dispute(till.charge_of(session)),
        "dispute_answered": lambda session, _: till.answer_dispute(till.charge_of(session)),
        "dispute_won": lambda session, _: till.close_dispute(till.charge_of(session), "won"),
        "dispute_lost": lambda session, _: till.close_dispute(till.charge_of(session), "lost"),
        "payment_failed": lambda session, _: till.decline(session["id"]),
        "card_fails": lambda session, _: till.let_fail(session, fails=True),
        "card_works": lambda session, _: till.let_fail(session, fails=False),
        "subscription_ended": lambda session, _: till.end_now(session),
        "async_payment_succeeded": lambda session, _: till.keep_promise(session["id"]),
        "async_payment_failed": lambda session, _: till.break_promise(session["id"]),
    }


def _wish(sent: Mapping[str, Any], name: str) -> bool:
    """`"deliver": false` drops the webhooks of this step, `"list": false` the events themselves."""
    wish = sent.get(name, True)
    if not isinstance(wish, bool):
        raise Refusal(400, f"{name} is true or false.", param=name)
    return wish


def _rule(method: str, path: str, endpoint: Callable[..., object]) -> Rule:
    return Rule(path, methods=[method], endpoint=endpoint)


def _json(body: object, status: int) -> Response:
    headers = {"Request-Id": objects.new_id("req", 14)}
    return Response(json.dumps(body), status, headers, mimetype="application/json")


def _by_a_person(request: Request) -> bool:
    """Whether a browser asks for a page."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith(API)


def _json_object(request: Request) -> dict[str, Any]:
    sent = request.get_json(silent=True, force=True)
    if not isinstance(sent, dict):
        raise Refusal(400, "The body is not a JSON object.")
    return sent


def _posted(order_id: str, events: list[Object]) -> Object:
    return {"order_id": order_id, "events": [{"id": each["id"], "type": each["type"]} for each in events]}


def _chosen(each: Object, filters: Mapping[str, Any]) -> bool:
    """Whether an object fits the filters `payment_intent`, `charge`, `type`, `types[]`, `created[gte]` and so on."""
    for name in ("payment_intent", "charge", "type"):
        if name in filters and each.get(name) != filters[name]:
            return False
    if "types" in filters and each.get("type") not in filters["types"]:
        return False
    if "subscription" in filters and each["parent"]["subscription_details"]["subscription"] != filters["subscription"]:
        return False
    created = filters.get("created", {})
    if not isinstance(created, dict):
        return bool(each["created"] == int(created))
    tests = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return all(tests[name](each["created"], int(bound)) for name, bound in created.items() if name in tests)
