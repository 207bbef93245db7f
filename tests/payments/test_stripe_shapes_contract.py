"""What the local provider returns and posts, compared with the objects that Stripe publishes; older shapes of them.

stripe_shapes.json: objects of the published API description (stripe/openapi, fixtures3.json, MIT licence).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from allmytracks.payments.rules import Fact, FactKind
from allmytracks.payments.stripe.webhooks import Event, to_fact
from tests.factories.payment_desk import API_KEY, Desk
from tests.factories.payments import an_order

SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "stripe_shapes.json").read_text())
LIST = SHAPES["charge"]["refunds"]
# An example shows one variant of these; the API reference has the others.
VARIANTS = {"last_payment_error", "destination_details"}


def read(kind: str, about: dict[str, Any], **event: Any) -> Fact:
    sent = {**SHAPES["event"], "type": kind, **event, "data": {"object": about}}
    return to_fact(msgspec.json.decode(json.dumps(sent).encode(), type=Event))


def assert_within(made: Any, published: Any, path: str) -> None:
    """Every field of ours is a published one, and holds an object only where the published one may."""
    if not isinstance(made, dict) or path.endswith(".metadata"):
        return
    assert isinstance(published, dict), path
    assert set(made) <= set(published), path
    for name, value in made.items():
        within = published[name]
        if isinstance(value, dict) and isinstance(value.get("object"), str):
            within = SHAPES[value["object"]]  # an expanded object replaces its id
        if within is not None and name not in VARIANTS | {"data"}:
            assert_within(value, within, f"{path}.{name}")


def everything_happens(desk: Desk) -> None:
    """Every kind of event that is posted, in three orders."""

    def order(order_id: str) -> str:
        return desk.checkout.open_checkout(replace(an_order(order_id, quoted_at=desk.clock[0]))).url

    def happen(order_id: str, *events: str) -> None:
        for event in events:
            httpx.post(f"{desk.address}/_local/payments/{order_id}", json={"event": event}).raise_for_status()

    first, second, third = (order(f"ord-{number}") for number in (1, 2, 3))
    desk.pay(first, "declined")
    desk.pay(first)
    happen("ord-1", "partial_refund", "refund_failed", "dispute_opened", "dispute_answered", "dispute_won")
    desk.pay(second, "promised")
    happen("ord-2", "async_payment_succeeded", "refund")
    desk.pay(third, "promised")
    happen("ord-3", "async_payment_failed")
    desk.pay(order("ord-4"), "expired")


def test_everything_posted_has_the_published_fields_and_is_read_as_the_whole_object_would_be(desk: Desk) -> None:
    everything_happens(desk)
    posted = {}
    for event in desk.provider.till.events:
        about = event["data"]["object"]
        assert set(event) == set(SHAPES["event"])
        assert_within(about, SHAPES[about["object"]], about["object"])
        whole = read(event["type"], {**SHAPES[about["object"]], **about}, id=event["id"], created=event["created"])
        assert whole == to_fact(msgspec.convert(event, Event))
        posted[event["type"]] = whole.kind

    assert posted == {
        "charge.succeeded": FactKind.OTHER,
        "payment_intent.succeeded": FactKind.OTHER,
        "payment_intent.payment_failed": FactKind.PAYMENT_FAILED,
        "checkout.session.completed": FactKind.PAYMENT_AWAITED,
        "checkout.session.async_payment_succeeded": FactKind.PAYMENT_SUCCEEDED,
        "checkout.session.async_payment_failed": FactKind.PAYMENT_FAILED,
        "checkout.session.expired": FactKind.CHECKOUT_EXPIRED,
        "charge.refunded": FactKind.CHARGE_REFUNDED,
        "refund.created": FactKind.REFUND_SUCCEEDED,
        "refund.updated": FactKind.REFUND_FAILED,
        "refund.failed": FactKind.REFUND_FAILED,
        "charge.refund.updated": FactKind.REFUND_FAILED,
        "charge.dispute.created": FactKind.DISPUTE_OPENED,
        "charge.dispute.updated": FactKind.DISPUTE_OPENED,
        "charge.dispute.funds_withdrawn": FactKind.DISPUTE_OPENED,
        "charge.dispute.closed": FactKind.DISPUTE_WON,
        "charge.dispute.funds_reinstated": FactKind.DISPUTE_WON,
    }


def test_every_response_has_the_published_fields(desk: Desk) -> None:
    everything_happens(desk)

    def ask(path: str) -> dict[str, Any]:
        answer = httpx.get(f"{desk.address}/_local/stripe/v1/{path}", auth=(API_KEY, ""))
        return dict(answer.raise_for_status().json())

    for what in ("events", "refunds", "disputes", "checkout/sessions"):
        listed = ask(f"{what}?limit=100")
        assert set(listed) == set(LIST)
        assert listed["data"]
        for each in listed["data"]:
            assert_within(each, SHAPES[each["object"]], each["object"])
            about = each.get("data", {}).get("object", each)  # an event holds another object
            assert_within(about, SHAPES[about["object"]], about["object"])
    session, intent = next(iter(desk.provider.till.sessions)), next(iter(desk.provider.till.intents))
    for path in (
        f"checkout/sessions/{session}",
        f"checkout/sessions/{session}?expand[0]=payment_intent.latest_charge",
        f"payment_intents/{intent}",
    ):
        answered = ask(path)
        assert_within(answered, SHAPES[answered["object"]], answered["object"])


@pytest.mark.parametrize(("currency", "amount", "shown"), [
    ("USD", 1990, "USD 19.90"), ("JPY", 2980, "JPY 2,980"), ("KWD", 6150, "KWD 6.150"), ("ISK", 2750, "ISK 2,750"),
    ("MGA", 8_900_000, "MGA 89,000.00"),
])  # fmt: skip
def test_money_of_any_currency_goes_through_unchanged(desk: Desk, currency: str, amount: int, shown: str) -> None:
    order = replace(an_order(quoted_at=desk.clock[0]), currency=currency, amount=amount)
    checkout = desk.checkout.open_checkout(order)

    assert shown in httpx.get(checkout.url).text
    desk.pay(checkout.url)
    desk.make_so("refund")

    paid, refund, refunded = desk.facts(3)
    assert {(fact.amount, fact.currency) for fact in (paid, refund, refunded)} == {(amount, currency)}


# ------------------------------------------------------------------ older shapes


def test_whole_objects_stand_where_ids_stand_today() -> None:
    fact = read("refund.updated", {**SHAPES["refund"], "payment_intent": SHAPES["payment_intent"]})

    assert fact.references == (SHAPES["payment_intent"]["id"], SHAPES["refund"]["charge"])


def test_a_payment_intent_held_its_charges() -> None:
    older = {name: value for name, value in SHAPES["payment_intent"].items() if name != "latest_charge"}
    charges = {"object": "list", "data": [{**SHAPES["charge"], "id": "ch_new"}, SHAPES["charge"]], "has_more": False}
    error = {"code": "card_declined", "decline_code": "insufficient_funds", "charge": "ch_new"}

    metadata = {"order_id": "ord-1"}
    failed = {**older, "charges": charges, "last_payment_error": error, "metadata": metadata}
    fact = read("payment_intent.payment_failed", failed)

    assert fact.references == (older["id"], "ch_new")
    assert (fact.kind, fact.reason) == (FactKind.PAYMENT_FAILED, "insufficient_funds")
    assert read("payment_intent.payment_failed", {**older, "charges": {"data": []}}).references == (older["id"],)


def test_a_charge_held_its_refunds() -> None:
    refunds = {"object": "list", "data": [SHAPES["refund"]], "has_more": False, "total_count": 1}
    older = {**SHAPES["charge"], "amount_refunded": 40, "refunds": refunds, "invoice": None, "dispute": None}

    fact = read("charge.refunded", older)

    assert (fact.kind, fact.amount, fact.references) == (FactKind.CHARGE_REFUNDED, 40, (older["id"],))


def test_a_refund_that_changed_was_reported_by_its_charge() -> None:
    fact = read(
        "charge.refund.updated", {**SHAPES["refund"], "status": "failed", "failure_reason": "lost_or_stolen_card"}
    )

    assert (fact.kind, fact.reason) == (FactKind.REFUND_FAILED, "lost_or_stolen_card")
    assert fact.subject == SHAPES["refund"]["id"]


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("charge.dispute.closed", "charge_refunded", FactKind.DISPUTE_WON),
        ("charge.dispute.closed", "warning_closed", FactKind.DISPUTE_WON),
        ("charge.dispute.created", "warning_needs_response", FactKind.DISPUTE_OPENED),
        ("charge.dispute.funds_withdrawn", "lost", FactKind.DISPUTE_LOST),
        ("charge.dispute.funds_reinstated", "won", FactKind.DISPUTE_WON),
    ],
)
def test_disputes_with_their_balance_transactions_and_without_a_payment(
    kind: str, status: str, expected: FactKind
) -> None:
    moved = {"id": "txn_1", "object": "balance_transaction", "amount": -1000, "fee": 1500, "type": "adjustment"}
    older = {**SHAPES["dispute"], "status": status, "balance_transactions": [moved], "payment_intent": None}

    fact = read(kind, older)

    assert (fact.kind, fact.amount) == (expected, SHAPES["dispute"]["amount"])
    assert fact.references == (SHAPES["dispute"]["charge"],)
