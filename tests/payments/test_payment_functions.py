"""The functions of payments, called with the events that Lambda passes."""

from __future__ import annotations

import base64
import io
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook
from stripe import WebhookSignature

from allmytracks import wiring
from allmytracks.accounts.rules import AccountStatus
from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.observability import logger
from allmytracks.foundation.settings import Settings
from allmytracks.payments.events import AccountBanned
from allmytracks.payments.rules import FactKind
from allmytracks.payments.secrets_manager import PaymentSecrets
from functions.cancel_membership.handler import handle as cancel_membership
from functions.confirm_order.handler import handle as confirm_order
from functions.create_order.handler import handle as create_order
from functions.get_membership.handler import handle as get_membership
from functions.keep_billing.handler import handle as keep_billing
from functions.list_orders.handler import handle as list_orders
from functions.receive_webhook.handler import handle as receive_webhook
from functions.work_notices.handler import handle as work_notices
from functions.work_payments.handler import handle as work_payments
from tests.factories.accounts import account, agreement_publication
from tests.factories.instants import NOW
from tests.factories.memberships import plans_publication
from tests.factories.payments import a_fact
from tests.fakes.accounts import MemoryAccounts, MemoryBillingParticulars
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.closing import MemoryClosings
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock, MemoryEvents, MemoryMailer
from tests.fakes.inbox import MemoryInbox
from tests.fakes.notices import MemoryNotices
from tests.fakes.orders import MemoryOrderOwners, MemoryOrders
from tests.fakes.payment_provider import MemoryProvider, MemoryQueue
from tests.fakes.payment_secrets import FixedSecrets
from tests.fakes.publishing import MemoryPublications
from tests.fakes.storage import MemoryDevices
from tests.fakes.tickets import MemoryTickets
from tests.fakes.wiring import put

EVENTS = Path(__file__).parents[2] / "events"
SECRET, STANDARD_SECRET = "whsec_test", "whsec_c3RhbmRhcmQ="
ACCEPT = [{"agreement": "premium-agreement", "version": "2026-11-01"}]

Handle = Callable[[dict[str, Any], object], Any]


class World:
    """The services of payments on memory."""

    def __init__(self) -> None:
        self.services = wiring.Services(
            Settings({"SITE_URL": "https://site.example", "PAYMENT_API_BASE": "https://payments.example"})
        )
        self.queue, self.events, self.mailer = MemoryQueue(), MemoryEvents(), MemoryMailer()
        self.inbox, orders, accounts = MemoryInbox(), MemoryOrders(), MemoryAccounts()
        self.accounts, self.closings = accounts, MemoryClosings()
        self.orders = orders
        books = MemoryBookkeeping(accounts, orders, self.inbox)
        self.clock = FixedClock(NOW)
        given: dict[str, object] = {
            "foundation.clock": self.clock,
            "foundation.ids": CountedIds(),
            "accounts.repository": accounts,
            "enforcement.standings": MemoryStandings(accounts),
            "closing.repository": self.closings,
            "payments.orders.repository": orders,
            "payments.orders.owners": MemoryOrderOwners(orders),
            "payments.ledger.inbox": self.inbox,
            "payments.ledger.bookkeeping": books,
            "payments.ledger.subscriptions": books.subscriptions,
            "memberships.repository": books,
            "tickets.repository": MemoryTickets(),
            "notices.repository": MemoryNotices(),
            "storage.devices": MemoryDevices(),
            "publishing.publications": MemoryPublications([]),
            "publishing.fresh_publications": MemoryPublications(
                [plans_publication(), agreement_publication("premium-agreement")]
            ),
            "accounts.billing": MemoryBillingParticulars(),
            "payments.stripe.secrets": FixedSecrets(PaymentSecrets("sk", (SECRET,), (STANDARD_SECRET,))),
            "payments.stripe.provider": MemoryProvider(),
            "payments.ledger.queue": self.queue,
            "foundation.events": self.events,
            "foundation.mailer": self.mailer,
        }
        put(self.services, given)

    def call(self, handle: Handle, sample: str, form: object = None, **changes: Any) -> tuple[int, Any]:
        answer = self.answer(handle, sample, form, **changes)
        return answer["statusCode"], json.loads(answer["body"]) if "body" in answer else None

    def answer(self, handle: Handle, sample: str, form: object = None, **changes: Any) -> dict[str, Any]:
        event = json.loads((EVENTS / f"{sample}.json").read_text())
        if form is not None:
            event["body"] = json.dumps(form)
        event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": "acc-1"}}}
        event.update(changes)
        answer: dict[str, Any] = handle(event, None)
        return answer

    def webhook(self, kind: str, about: dict[str, Any], event_id: str = "evt_1", secret: str = SECRET) -> int:
        sent = {"id": event_id, "object": "event", "type": kind, "created": int(NOW.timestamp())}
        body = json.dumps({**sent, "data": {"object": about}})
        signature = WebhookSignature.generate_signature_header(body, secret, int(time.time()))
        status, _ = self.call(
            receive_webhook,
            "receive_webhook/post-webhooks-provider",
            body=body,
            headers={"stripe-signature": signature},
        )
        return status

    def work_off(self) -> list[str]:
        """Passes the whole queue to the worker as one batch; returns the ids of the failed messages."""
        sample = json.loads((EVENTS / "work_payments" / "paid.json").read_text())
        record, records = sample["Records"][0], []
        while self.queue.waiting:
            fact = self.queue.waiting.popleft()
            body = json.dumps({"provider": fact.provider, "event_id": fact.event_id})
            attributes = {**record["attributes"], "MessageGroupId": fact.account_id or fact.references[0]}
            records.append({**record, "messageId": fact.event_id, "body": body, "attributes": attributes})
        answer = work_payments({"Records": records}, None)
        return [str(failed["itemIdentifier"]) for failed in answer["batchItemFailures"]]

    def tell(self) -> None:
        """Passes every published event to the notices worker."""
        record = json.loads((EVENTS / "work_notices" / "membership-activated.json").read_text())["Records"][0]
        for event in self.events.published:
            body = {**json.loads(record["body"]), "detail-type": event.name, "detail": event.detail()}
            assert work_notices({"Records": [{**record, "body": json.dumps(body)}]}, None) == {"batchItemFailures": []}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.accounts.add(account(), [])
    wiring.install(made.services)
    yield made
    wiring.install(None)


def ordered(world: World) -> dict[str, Any]:
    status, order = world.call(
        create_order, "create_order/post-orders", {"plan": "premium", "term": "month", "accept": ACCEPT}
    )
    assert status == 201
    return dict(order)


def paid_session(order_id: str, amount: int = 1990) -> dict[str, Any]:
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "amount_total": amount,
        "currency": "usd",
        "metadata": {"order_id": order_id, "account_id": "acc-1"},
    }


def standard_webhook(world: World, about: dict[str, Any], secret: str = STANDARD_SECRET) -> tuple[int, Any]:
    sample = json.loads((EVENTS / "receive_webhook" / "post-webhooks-standard.json").read_text())
    event = json.loads(sample["body"])
    body, signed_at = json.dumps({**event, "data": {**event["data"], **about}}), datetime.now(UTC)
    signed = {
        "webhook-timestamp": str(int(signed_at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", signed_at, body),
    }
    headers = {**sample["headers"], **signed}
    return world.call(receive_webhook, "receive_webhook/post-webhooks-standard", body=body, headers=headers)


def path(order_id: str) -> dict[str, Any]:
    return {"pathParameters": {"id": order_id}}


def test_the_whole_way_from_a_quote_to_a_membership_and_its_mail(world: World) -> None:
    order = ordered(world)
    price = {"amount": order["amount"], "currency": order["currency"]}
    status, confirmed = world.call(
        confirm_order, "confirm_order/post-orders-id-confirmation", price, **path(order["order_id"])
    )
    assert (status, confirmed["status"]) == (200, "pending")
    assert confirmed["checkout_url"].startswith("https://pay.example/")

    assert world.webhook("checkout.session.completed", paid_session(order["order_id"])) == 200
    assert world.work_off() == []
    world.tell()

    _, shown = world.call(list_orders, "list_orders/get-orders-id", **path(order["order_id"]))
    assert (shown["status"], shown["activated_at"]) == ("paid", "2026-11-22T06:00:00.000Z")
    assert shown["checkout_url"] is None
    _, listed = world.call(list_orders, "list_orders/get-orders")
    assert listed["items"] == [shown]
    _, membership = world.call(get_membership, "get_membership/get-membership")
    assert (membership["status"], membership["plan"]) == ("active", "premium")
    assert membership["ends_at"] == "2026-12-22T06:00:00.000Z"
    assert [mail.to for mail in world.mailer.sent] == ["acc-1@example.org"]
    assert f"https://site.example/orders/{order['order_id']}" in world.mailer.sent[0].text


@pytest.mark.clause("S-6.5")
def test_what_is_paid_after_its_account_was_closed_is_to_be_given_back_and_nobody_is_told_of_a_membership(
    world: World,
) -> None:
    order = ordered(world)
    world.closings.begin(Closing("acc-1", ClosingStatus.APPROVED, NOW, decided_at=NOW))
    world.accounts.becomes("acc-1", AccountStatus.CLOSED)
    world.webhook("checkout.session.completed", paid_session(order["order_id"]))
    for _ in range(2):
        assert world.work_off() == []
        world.tell()
    assert world.orders.get("acc-1", order["order_id"]).amount_to_settle == order["amount"]
    assert world.mailer.sent == []


@pytest.mark.clause("M-V.2")
def test_a_ban_ends_the_renewals_of_a_plan(world: World) -> None:
    ended: list[tuple[str, str]] = []
    put(world.services, {"storage.end_renewals": lambda *ends: ended.append(ends)})
    world.events.publish([AccountBanned("acc-1", "robot_purchase", rfc3339(NOW))])
    world.tell()
    assert ended == [("acc-1", "account_banned")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"plan": "premium", "term": "month"}, "invalid_fields"),
        ({"plan": "premium", "term": "week", "accept": ACCEPT}, "invalid_fields"),
        ({"plan": "premium", "term": "month", "accept": []}, "invalid_fields"),
        ({"plan": "gold", "term": "month", "accept": ACCEPT}, "invalid_fields"),
    ],
)
def test_an_order_that_cannot_be_made_is_422(world: World, body: dict[str, Any], code: str) -> None:
    status, problem = world.call(create_order, "create_order/post-orders", body)

    assert (status, problem["code"]) == (422, code)
    assert problem["errors"]


def test_a_repeated_key_returns_200_with_the_same_order(world: World) -> None:
    body = {"plan": "premium", "term": "month", "accept": ACCEPT}
    headers = {"headers": {"idempotency-key": "key-1"}}

    first = world.call(create_order, "create_order/post-orders", body, **headers)
    again = world.call(create_order, "create_order/post-orders", body, **headers)

    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]


def test_an_account_that_waits_for_its_guardian_cannot_order(world: World) -> None:
    world.accounts.becomes("acc-1", AccountStatus.AWAITING_GUARDIAN)

    status, problem = world.call(
        create_order, "create_order/post-orders", {"plan": "premium", "term": "month", "accept": ACCEPT}
    )

    assert (status, problem["code"]) == (403, "guardian_consent_required")


@pytest.mark.clause("U-III.I.2")
def test_another_price_than_the_quoted_one_is_409(world: World) -> None:
    order = ordered(world)

    status, problem = world.call(
        confirm_order,
        "confirm_order/post-orders-id-confirmation",
        {"amount": 1, "currency": "USD"},
        **path(order["order_id"]),
    )

    assert (status, problem["code"]) == (409, "quote_mismatch")
    assert problem["quoted"] == {"amount": 1990, "currency": "USD"}


def test_a_forged_webhook_is_400_and_stores_nothing(world: World) -> None:
    order = ordered(world)

    assert world.webhook("checkout.session.completed", paid_session(order["order_id"]), secret="whsec_forged") == 400
    assert world.inbox.stored == {}


def test_a_body_in_base64_is_verified_on_its_own_bytes(world: World) -> None:
    body = json.dumps({"id": "evt_9", "type": "x", "created": 1, "data": {"object": {"id": "ü"}}}, ensure_ascii=False)
    signature = WebhookSignature.generate_signature_header(body, SECRET, int(time.time()))

    status, answer = world.call(
        receive_webhook,
        "receive_webhook/post-webhooks-provider",
        body=base64.b64encode(body.encode()).decode(),
        isBase64Encoded=True,
        headers={"stripe-signature": signature},
    )

    assert (status, answer) == (200, {"received": True})
    assert ("stripe", "evt_9") in world.inbox.stored


def test_only_the_failed_messages_of_a_batch_are_named(world: World) -> None:
    order = ordered(world)
    world.queue.send(a_fact(FactKind.REFUND_SUCCEEDED, "evt_lost", NOW))
    world.webhook("checkout.session.completed", paid_session(order["order_id"]), "evt_paid")

    assert world.work_off() == ["evt_lost"]
    _, membership = world.call(get_membership, "get_membership/get-membership")
    assert membership["status"] == "active"


def test_a_failed_message_is_logged_by_its_kind_without_anything_personal(world: World) -> None:
    heard = io.StringIO()
    listener = logging.StreamHandler(heard)
    listener.setFormatter(logger().handlers[0].formatter)
    logger().addHandler(listener)
    world.queue.send(a_fact(FactKind.REFUND_SUCCEEDED, "evt_lost", NOW, account_id="acc-secret"))

    world.work_off()

    logger()._logger.removeHandler(listener)
    failed = [json.loads(line) for line in heard.getvalue().splitlines() if "message failed" in line]
    assert [(line["error"], line["code"]) for line in failed] == [("FactNotKnown", "payment_event_not_known")]
    assert "acc-secret" not in heard.getvalue()


def test_a_second_provider_s_payment_makes_the_same_membership(world: World) -> None:
    order = ordered(world)
    assert standard_webhook(world, {}, SECRET + "c3Q=")[1]["code"] == "invalid_signature"
    assert standard_webhook(world, {"order_id": order["order_id"], "amount": "1990"})[1]["code"] == "malformed_request"

    assert [standard_webhook(world, {"order_id": order["order_id"]})[0] for _ in range(2)] == [200, 200]

    assert world.work_off() == []
    _, paid = world.call(list_orders, "list_orders/get-orders-id", **path(order["order_id"]))
    _, membership = world.call(get_membership, "get_membership/get-membership")
    assert (paid["status"], membership["status"], len(membership["periods"])) == ("paid", "active", 1)


def test_a_message_that_is_no_message_fails_alone(world: World) -> None:
    record = json.loads((EVENTS / "work_notices" / "membership-activated.json").read_text())["Records"][0]
    good = {"detail-type": "CatalogChanged", "detail": {"account_id": "acc-1"}}
    records = [{**record, "messageId": "bad", "body": "nonsense"}, {**record, "body": json.dumps(good)}]

    assert work_notices({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


@pytest.mark.clause("M-III.1")
def test_particulars_for_invoices_are_given_read_and_removed(world: World) -> None:
    given = {"name": "  Analytical   Engines Ltd", "address": ["1 Harbour Road", "", "Wan Chai"], "country": "hk"}
    kept = {
        "name": "Analytical Engines Ltd",
        "address": ["1 Harbour Road", "Wan Chai"],
        "country": "HK",
        "tax_id": None,
    }

    assert world.call(keep_billing, "keep_billing/get-account-billing")[0] == 404
    assert world.call(keep_billing, "keep_billing/put-account-billing", given) == (200, kept)
    assert world.call(keep_billing, "keep_billing/get-account-billing") == (200, kept)
    assert world.call(keep_billing, "keep_billing/delete-account-billing")[0] == 204
    assert world.call(keep_billing, "keep_billing/get-account-billing")[1]["code"] == "billing_not_found"


@pytest.mark.parametrize("change", ["put", "delete"])
def test_a_change_of_the_particulars_that_names_what_was_read_takes_away_nothing_else(
    world: World, change: str
) -> None:
    given = {"name": "Ada Ltd", "address": ["1 Road"], "country": "HK"}
    put, get, changed = (f"keep_billing/{each}-account-billing" for each in ("put", "get", change))
    form = {**given, "name": "Bob Ltd"} if change == "put" else None

    def matched(tag: str) -> int:
        return world.call(keep_billing, changed, form, headers={"content-type": "application/json", "if-match": tag})[0]

    assert matched("*") == 412  # nothing is there
    read = world.answer(keep_billing, put, given)["headers"]["ETag"]
    assert world.answer(keep_billing, get)["headers"]["ETag"] == read
    assert world.answer(keep_billing, get, headers={"if-none-match": read})["statusCode"] == 304
    assert matched('"other"') == 412
    assert world.call(keep_billing, get)[1]["name"] == "Ada Ltd"
    assert matched(read) == (200 if change == "put" else 204)
    assert matched(read) == 412  # it is another now, or gone


@pytest.mark.clause("M-III.1")
def test_every_field_of_the_particulars_that_cannot_be_accepted_is_named(world: World) -> None:
    given = {"name": " ", "address": ["x" * 81], "country": "HKG", "tax_id": "1\u0000"}

    status, answer = world.call(keep_billing, "keep_billing/put-account-billing", given)

    assert status == 422
    assert [(each["field"], each["code"]) for each in answer["errors"]] == [
        ("name", "required"),
        ("address", "too_long"),
        ("country", "unknown_country"),
        ("tax_id", "invalid_characters"),
    ]


@pytest.mark.clause("M-V.1")
def test_a_member_quits_only_by_saying_that_the_fee_is_not_returned(world: World) -> None:
    order = ordered(world)
    world.webhook("checkout.session.completed", paid_session(order["order_id"]))
    world.work_off()
    world.clock.advance(days=1)
    sample = "cancel_membership/post-membership-cancellation"

    assert world.call(cancel_membership, sample, {"without_refund": "no"})[0] == 422
    assert world.call(cancel_membership, sample, {})[0] == 422
    assert world.call(get_membership, "get_membership/get-membership")[1]["status"] == "active"

    status, membership = world.call(cancel_membership, sample)

    assert (status, membership["status"], membership["ends_at"]) == (200, "ended", "2026-11-23T06:00:00.000Z")
    assert world.call(cancel_membership, sample)[1]["code"] == "nothing_to_end"
    _, shown = world.call(list_orders, "list_orders/get-orders-id", **path(order["order_id"]))
    assert (shown["status"], shown["amount_returned"], shown["ended_at"]) == ("paid", 0, membership["ends_at"])


def test_a_webhook_of_stripe_s_loads_neither_its_sdk_nor_another_provider_s_code() -> None:
    code = """
import sys
from allmytracks.wiring import Services
from allmytracks.foundation.settings import Settings
import functions.receive_webhook.handler
names = ("ACCOUNTS_TABLE", "PAYMENTS_QUEUE_URL", "PAYMENT_SECRET_ID")
Services(Settings(dict.fromkeys(names, "https://sqs.example/name"))).payments.ledger.receive_webhook
heavy = {"stripe", "standardwebhooks", "allmytracks.payments.standard_webhooks", "pynamodb", "boto3"}
print(sorted(heavy & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code

    assert ran.stdout.strip() == "[]"
