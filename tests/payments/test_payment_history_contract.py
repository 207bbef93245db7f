"""The provider's own record: Stripe's, over HTTP from the local provider, and its fake pass the same contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest
from msgspec.structs import replace

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.payments.reconciliation.dynamodb import DynamoCheckpoints
from allmytracks.payments.reconciliation.ports import (
    Checkpoint,
    Checkpoints,
    Listing,
    PaymentHistory,
    Position,
    Run,
    Span,
)
from allmytracks.payments.rules import CheckoutNotKnown, Fact, FactKind, ProviderRefused
from allmytracks.payments.secrets_manager import PaymentSecrets
from allmytracks.payments.stripe.calls import StripeCalls
from allmytracks.payments.stripe.history import LISTED_KINDS, StripeHistory
from infra.local.payments.records import POSTED
from tests.factories.payment_desk import Desk
from tests.factories.payments import an_order
from tests.fakes.payment_provider import MemoryHistory
from tests.fakes.payment_secrets import FixedSecrets
from tests.fakes.reconciliation import MemoryCheckpoints

EVER = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass
class Told:
    """A provider's record and its facts, in the order in which they happened."""

    history: PaymentHistory
    facts: Sequence[Fact]


@pytest.fixture(params=["memory", "stripe"])
def told(request: pytest.FixtureRequest, desk: Desk) -> Told:
    """A payment and its return in 120 parts, a second apart."""
    url = desk.checkout.open_checkout(an_order(quoted_at=desk.clock[0])).url
    desk.pay(url)
    charge = next(iter(desk.provider.till.charges))
    for _ in range(60):
        desk.clock[0] += timedelta(seconds=1)
        desk.provider.till.refund(charge, 1)
    facts = desk.facts(121)
    if request.param == "stripe":
        return Told(desk.history, facts)
    return Told(MemoryHistory("stripe", {Listing.EVENTS: list(facts)}, page_size=100), facts)


def everything(history: PaymentHistory, span: Span, listing: Listing = Listing.EVENTS) -> list[list[Fact]]:
    pages, after = [], None
    while True:
        page = history.page(span, Position(listing, after))
        pages.append(list(page.facts))
        after = page.after
        if after is None:
            return pages


def test_events_are_listed_exactly_like_their_webhooks_newest_first(told: Told) -> None:
    pages = everything(told.history, EVER)

    assert [len(page) for page in pages] == [100, 21]
    listed = [fact for page in pages for fact in page]
    assert {fact.event_id: fact for fact in listed} == {fact.event_id: fact for fact in told.facts}
    assert all(newer.occurred_at >= older.occurred_at for newer, older in pairwise(listed))


def test_a_span_holds_its_beginning_and_not_its_end(told: Told) -> None:
    moment = told.facts[3].occurred_at
    one_second = Span(moment, moment + timedelta(seconds=1))

    [page] = everything(told.history, one_second)

    assert {fact.event_id for fact in page} == {fact.event_id for fact in told.facts if fact.occurred_at == moment}
    assert everything(told.history, Span(moment - timedelta(seconds=1), moment)) != [page]
    assert everything(told.history, Span(EVER.since, EVER.since + timedelta(days=1))) == [[]]


# ------------------------------------------------------------------ present states


def paid(desk: Desk, outcome: str = "paid") -> str:
    """The session of an order that went so."""
    checkout = desk.checkout.open_checkout(an_order(quoted_at=desk.clock[0]))
    desk.pay(checkout.url, outcome)
    return checkout.session_id


def test_refunds_and_disputes_are_listed_by_present_state_with_ids_of_their_own(desk: Desk) -> None:
    paid(desk)
    for event, more in [("partial_refund", {"amount": 500}), ("dispute_opened", {}), ("dispute_lost", {})]:
        desk.make_so(event, **more).raise_for_status()
    by_webhook = {fact.source_kind: fact for fact in desk.facts(6)}

    [[refund]] = everything(desk.history, EVER, Listing.REFUNDS)
    [[dispute]] = everything(desk.history, EVER, Listing.DISPUTES)

    assert refund == replace(by_webhook["refund.created"], event_id=f"{refund.subject}:succeeded", source_kind="refund")
    assert (dispute.event_id, dispute.kind) == (f"{dispute.subject}:lost", FactKind.DISPUTE_LOST)
    closed = by_webhook["charge.dispute.closed"]
    assert (dispute.references, dispute.amount) == (closed.references, closed.amount)


def test_a_checkout_is_read_with_the_time_of_its_payment_and_its_refunds(desk: Desk) -> None:
    checkout = desk.checkout.open_checkout(an_order(quoted_at=desk.clock[0]))
    desk.clock[0] += timedelta(minutes=7)
    desk.pay(checkout.url)
    desk.make_so("partial_refund", amount=1)
    desk.make_so("dispute_opened")
    [by_webhook] = desk.facts(1)

    payment, refund, dispute = desk.history.payment(checkout.session_id)

    assert (payment.event_id, payment.kind) == (f"{checkout.session_id}:paid", FactKind.PAYMENT_SUCCEEDED)
    assert payment.occurred_at == by_webhook.occurred_at
    assert (payment.order_id, payment.account_id, payment.subject) == ("ord-1", "acc-1", checkout.session_id)
    assert (payment.amount, payment.currency, payment.method) == (1990, "USD", "card")
    assert payment.references[0] == by_webhook.references[0]
    assert [each.kind for each in (refund, dispute)] == [FactKind.REFUND_SUCCEEDED, FactKind.DISPUTE_OPENED]


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [("declined", []), ("expired", [FactKind.CHECKOUT_EXPIRED]), ("promised", [FactKind.PAYMENT_AWAITED])],
)
def test_a_checkout_that_was_not_paid_tells_no_payment(desk: Desk, outcome: str, kinds: list[FactKind]) -> None:
    assert [fact.kind for fact in desk.history.payment(paid(desk, outcome))] == kinds


@pytest.mark.parametrize("by_memory", [True, False], ids=["memory", "stripe"])
def test_a_checkout_that_never_was_is_not_known(desk: Desk, *, by_memory: bool) -> None:
    history: PaymentHistory = MemoryHistory() if by_memory else desk.history

    with pytest.raises(CheckoutNotKnown):
        history.payment("cs_none")


# ------------------------------------------------------------------ the provider fails, or loses a webhook


def test_a_refused_key_is_distinguished_from_an_unreachable_provider(desk: Desk) -> None:
    for key in ("sk_test_wrong", ""):
        refused = StripeHistory(StripeCalls(FixedSecrets(PaymentSecrets(key, ())), f"{desk.address}/_local/stripe"))
        with pytest.raises(ProviderRefused):
            refused.page(EVER, Position())
    nobody = StripeHistory(StripeCalls(FixedSecrets(PaymentSecrets("sk_1", ())), "http://127.0.0.1:9"))
    with pytest.raises(Unavailable) as silent:
        nobody.page(EVER, Position())
    assert not isinstance(silent.value, ProviderRefused)


def test_a_webhook_can_be_lost_and_is_on_record_all_the_same(desk: Desk) -> None:
    checkout = desk.checkout.open_checkout(an_order(quoted_at=desk.clock[0]))

    assert httpx.post(checkout.url, json={"outcome": "paid", "deliver": False}).status_code == 200
    desk.make_so("partial_refund", amount=1, deliver=False).raise_for_status()
    desk.make_so("dispute_opened").raise_for_status()

    assert [fact.source_kind for fact in desk.facts(2)] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    [page] = everything(desk.history, EVER)
    assert [fact.source_kind for fact in reversed(page)][:3] == [
        "checkout.session.completed", "refund.created", "charge.refunded",
    ]  # fmt: skip
    assert desk.make_so("refund", deliver="no").status_code == 400
    desk.make_so("partial_refund", amount=2, deliver=False, list=False).raise_for_status()
    assert everything(desk.history, EVER) == [page]
    assert [fact.amount for fact in everything(desk.history, EVER, Listing.REFUNDS)[0]] == [2, 1]


def test_what_is_posted_is_what_is_listed() -> None:
    assert set(LISTED_KINDS) == POSTED


# ------------------------------------------------------------------ checkpoints


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def checkpoints(request: pytest.FixtureRequest) -> Checkpoints:
    if request.param == "memory":
        return MemoryCheckpoints()
    make_table: Callable[[str], Table] = request.getfixturevalue("make_table")
    return DynamoCheckpoints(make_table("AccountsTable"))


def test_a_checkpoint_moves_from_the_version_that_was_read_only(checkpoints: Checkpoints) -> None:
    span = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    steps = [
        Checkpoint(1, None, Run(span, Position(Listing.EVENTS, "evt_1"))),
        Checkpoint(2, None, Run(span, Position(Listing.REFUNDS))),
        Checkpoint(3, span.until),
    ]
    assert checkpoints.get("stripe") == Checkpoint()

    for step in steps:
        assert checkpoints.move("stripe", step)
        assert checkpoints.get("stripe") == step
        assert checkpoints.move("stripe", step)
        assert not checkpoints.move("stripe", replace(step, until=span.since))

    assert not checkpoints.move("stripe", Checkpoint(2, span.since))
    assert checkpoints.get("stripe") == steps[-1]
    assert checkpoints.get("another") == Checkpoint()
