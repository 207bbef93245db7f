"""Monthly plans and refunds by the Stripe adapter against the local provider, and both against published shapes."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from stripe import InvalidRequestError, WebhookSignature

from allmytracks.foundation.errors import Unavailable
from allmytracks.payments.orders.rules import Order, OrderStatus, Settlement
from allmytracks.payments.orders.rules_storage import Mode, renewal_id
from allmytracks.payments.reconciliation.ports import Listing, Position, Span
from allmytracks.payments.rules import Fact, FactKind
from allmytracks.payments.stripe.calls import StripeCalls
from allmytracks.payments.stripe.cancelling import StripeCancelling
from infra.local.payments.monthly import RETRIES
from tests.factories.payment_desk import SECRET, SECRETS, Desk
from tests.factories.subscriptions import storage_order

SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "stripe_shapes.json").read_text())
START = datetime(2027, 1, 31, 10, 0, tzinfo=UTC)


@pytest.fixture
def cancelling(desk: Desk) -> StripeCancelling:
    return StripeCancelling(StripeCalls(SECRETS, f"{desk.address}/_local/stripe"))


def bought(desk: Desk, mode: Mode) -> Order:
    """Opens the checkout of a package on START, and pays it."""
    desk.clock[0] = START
    order = storage_order("ord-1", mode, quoted_at=START)
    checkout = desk.checkout.open_checkout(order)
    desk.pay(checkout.url).raise_for_status()
    return replace(order, checkout=checkout)


def at(desk: Desk, instant: datetime) -> None:
    """The provider does what is due by then."""
    desk.clock[0] = instant
    desk.provider.till.tick()


def told(desk: Desk, *kinds: FactKind) -> Sequence[Fact]:
    """What the adapter reads of the provider's events, oldest first."""
    span = Span(START - timedelta(days=1), desk.clock[0] + timedelta(days=1))
    page = desk.history.page(span, Position(Listing.EVENTS))
    return [fact for fact in page.facts[::-1] if fact.kind in kinds]


@pytest.mark.clause("S-7.2.2")
def test_a_monthly_plan_is_a_subscription_whose_months_are_named_by_their_invoices(desk: Desk) -> None:
    order = bought(desk, Mode.MONTHLY)
    at(desk, datetime(2027, 3, 31, 11, 0, tzinfo=UTC))
    months = told(desk, FactKind.PAYMENT_SUCCEEDED)
    starts = [START, datetime(2027, 2, 28, 10, 0, tzinfo=UTC), datetime(2027, 3, 31, 10, 0, tzinfo=UTC)]
    assert [fact.covers_from for fact in months] == starts
    assert [(fact.amount, fact.currency, fact.account_id) for fact in months] == [(990, "USD", "acc-1")] * 3
    assert [fact.renews for fact in months] == [None, order.id, order.id]
    assert months[0].order_id == order.id
    assert [fact.order_id for fact in months[1:]] == [renewal_id(order.id, str(fact.subject)) for fact in months[1:]]
    named = told(desk, FactKind.PAYMENT_NAMED)
    assert [fact.references[0] for fact in named] == [fact.subject for fact in months]
    assert all(fact.references[1].startswith("pi_") and fact.order_id is None for fact in named)
    assert [fact.order_id for fact in told(desk, FactKind.PAYMENT_AWAITED)] == [order.id], "the session is no payment"


@pytest.mark.clause("S-7.2.2")
def test_a_failed_renewal_is_tried_again_and_ends_when_the_last_try_failed(desk: Desk) -> None:
    order = bought(desk, Mode.MONTHLY)
    assert desk.make_so("card_fails").is_success
    due = datetime(2027, 2, 28, 10, 0, tzinfo=UTC)
    at(desk, due)
    (failed,) = told(desk, FactKind.PAYMENT_FAILED)
    assert (failed.renews, failed.covers_from) == (order.id, due), (
        "the payment's own event names no order and is left out"
    )
    for seconds in RETRIES:
        at(desk, due + timedelta(seconds=seconds))
    assert {fact.order_id for fact in told(desk, FactKind.PAYMENT_FAILED)} == {failed.order_id}
    assert len(told(desk, FactKind.PAYMENT_FAILED)) == 1 + len(RETRIES)
    (ended,) = told(desk, FactKind.SUBSCRIPTION_CANCELLED)
    assert (ended.order_id, ended.source_kind) == (order.id, "customer.subscription.deleted")
    assert due + timedelta(days=7) > ended.occurred_at, "within the grace that is published"


@pytest.mark.clause("S-8.1", "S-8.2.2")
def test_a_plan_is_renewed_no_more_and_asking_again_changes_nothing(desk: Desk, cancelling: StripeCancelling) -> None:
    order = bought(desk, Mode.MONTHLY)
    for _ in range(2):
        cancelling.stop_renewing(order)
    assert len(told(desk, FactKind.SUBSCRIPTION_CANCELLED)) == 1
    at(desk, START + timedelta(days=40))
    cancelling.stop_renewing(order)
    assert len(told(desk, FactKind.PAYMENT_SUCCEEDED)) == 1
    kinds = [fact.source_kind for fact in told(desk, FactKind.SUBSCRIPTION_CANCELLED)]
    assert kinds == ["customer.subscription.updated", "customer.subscription.deleted"]


@pytest.mark.clause("S-7.2.2")
def test_the_record_of_a_monthly_order_holds_its_months_their_refunds_and_its_end(
    desk: Desk, cancelling: StripeCancelling
) -> None:
    order = bought(desk, Mode.MONTHLY)
    assert order.checkout is not None
    at(desk, datetime(2027, 2, 28, 11, 0, tzinfo=UTC))
    desk.make_so("partial_refund", amount=100).raise_for_status()
    by_webhook = told(desk, FactKind.PAYMENT_SUCCEEDED)
    payments = [fact.references[1] for fact in told(desk, FactKind.PAYMENT_NAMED)]

    record = desk.history.payment(order.checkout.session_id)

    months = [fact for fact in record if fact.kind is FactKind.PAYMENT_SUCCEEDED]
    assert [fact.event_id for fact in months] == [f"{fact.subject}:paid" for fact in by_webhook]
    assert [
        replace(fact, event_id=event.event_id, source_kind=event.source_kind, references=event.references)
        for fact, event in zip(months, by_webhook, strict=True)
    ] == list(by_webhook)
    assert [fact.references for fact in months] == [
        (fact.references[0], payment) for fact, payment in zip(by_webhook, payments, strict=True)
    ]
    (refund,) = [fact for fact in record if fact.kind is FactKind.REFUND_SUCCEEDED]
    assert (refund.amount, refund.references[0]) == (100, payments[1])
    assert desk.make_so("card_fails").is_success
    at(desk, datetime(2027, 3, 31, 11, 0, tzinfo=UTC))
    cancelling.stop_renewing(order)
    later = desk.history.payment(order.checkout.session_id)
    (failed,) = [fact for fact in later if fact.kind is FactKind.PAYMENT_FAILED]
    assert (failed.renews, failed.covers_from) == (order.id, datetime(2027, 3, 31, 10, 0, tzinfo=UTC))
    (ended,) = [fact for fact in later if fact.kind is FactKind.SUBSCRIPTION_CANCELLED]
    assert (ended.order_id, ended.account_id) == (order.id, "acc-1")


def test_a_plan_whose_first_month_is_not_paid_yet_is_asked_for_again_later(
    desk: Desk, cancelling: StripeCancelling
) -> None:
    desk.clock[0] = START
    order = storage_order("ord-1", Mode.MONTHLY, quoted_at=START)
    order = replace(order, checkout=desk.checkout.open_checkout(order))
    with pytest.raises(Unavailable):
        cancelling.stop_renewing(order)


@pytest.mark.clause("S-8.2.1")
def test_a_refund_is_made_once_however_often_it_is_asked_for(desk: Desk, cancelling: StripeCancelling) -> None:
    order = bought(desk, Mode.YEAR)
    (paid,) = told(desk, FactKind.PAYMENT_SUCCEEDED)
    order = replace(order, settlement=Settlement(OrderStatus.PAID, payment_reference=paid.references[0]))
    for _ in range(2):
        cancelling.give_back(order, 8910)
    (refunded,) = told(desk, FactKind.REFUND_SUCCEEDED)
    assert (refunded.amount, refunded.order_id, refunded.references[0]) == (8910, order.id, paid.references[0])


def test_money_that_an_operator_gave_back_before_is_no_error_and_too_much_is_one(
    desk: Desk, cancelling: StripeCancelling
) -> None:
    order = bought(desk, Mode.YEAR)
    (paid,) = told(desk, FactKind.PAYMENT_SUCCEEDED)
    order = replace(order, settlement=Settlement(OrderStatus.PAID, payment_reference=paid.references[0]))
    with pytest.raises(InvalidRequestError):
        cancelling.give_back(order, 9901)
    assert desk.make_so("refund").is_success
    cancelling.give_back(replace(order, id="ord-1-again"), 8910)
    assert len(told(desk, FactKind.REFUND_SUCCEEDED)) == 1


def test_a_month_can_be_refunded_and_names_its_payment(desk: Desk) -> None:
    bought(desk, Mode.MONTHLY)
    assert desk.make_so("refund").is_success
    (refunded,) = told(desk, FactKind.REFUND_SUCCEEDED)
    (named,) = told(desk, FactKind.PAYMENT_NAMED)
    assert refunded.references[0] == named.references[1]


@pytest.mark.parametrize("kind", ["invoice", "subscription"])
def test_what_the_local_provider_shows_of_a_plan_is_of_the_published_shape(desk: Desk, kind: str) -> None:
    bought(desk, Mode.MONTHLY)
    shown = {
        each["data"]["object"]["object"]: each["data"]["object"] for each in desk.provider.till.newest_first("events")
    }
    assert set(shown[kind]) <= set(SHAPES[kind])
    lines = "lines" if kind == "invoice" else "items"
    made, published = shown[kind][lines]["data"][0], SHAPES[kind][lines]["data"][0]
    assert set(made) <= set(published)


def test_an_invoice_of_an_older_version_names_its_order_in_its_own_field(desk: Desk) -> None:
    bought(desk, Mode.MONTHLY)
    events = desk.provider.till.newest_first("events")
    event = next(each for each in events if each["type"] == "invoice.paid")
    about = event["data"]["object"]
    older = {**about, "subscription_details": about["parent"]["subscription_details"], "parent": None}
    event["data"]["object"] = {**older, "payment_intent": "pi_older"}
    body = json.dumps(event).encode()
    header = WebhookSignature.generate_signature_header(body.decode(), SECRET, int(time.time()))
    fact = desk.webhooks.read(body, {"stripe-signature": header})
    assert (fact.order_id, fact.references) == ("ord-1", (about["id"], "pi_older"))
