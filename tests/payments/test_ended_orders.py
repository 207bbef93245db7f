"""Declined orders, cancelled memberships, and the fees that are left (M-II.2, M-V, M-VI.8)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.events import Event
from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembership
from allmytracks.payments.ledger.use_cases.end_order import OPERATOR, EndOrder
from allmytracks.payments.orders.rules import (
    NothingToEnd,
    OrderNotOpen,
    OrderStatus,
    Settlement,
    require_quote,
)
from allmytracks.payments.orders.rules_fees import Fees, fees_of
from allmytracks.payments.rules import Fact, FactKind
from allmytracks.payments.schemas import order_answer
from tests.factories.payment_world import PAID, PAID_NEXT, REFUNDED, World
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.foundation import MemoryEvents

DECLINED = Fact(
    "operator",
    "order_declined-ord-1",
    at(days=2),
    FactKind.ORDER_DECLINED,
    "order_declined",
    "ord-1",
    reason="untrue_data",
)
CANCELLED = replace(
    DECLINED,
    event_id="membership_cancelled-ord-1",
    kind=FactKind.MEMBERSHIP_CANCELLED,
    occurred_at=at(days=2),
    reason="robot_purchase",
)


def to_settle(settled: Settlement) -> int:
    return replace(an_order(), settlement=settled).amount_to_settle


@pytest.mark.clause("M-II.2")
def test_a_declined_order_that_was_paid_ends_at_once_and_its_sum_is_to_be_settled() -> None:
    outcome = fold([an_order()], [PAID, DECLINED])

    settled = outcome.settlements["ord-1"]
    assert settled.status is OrderStatus.DECLINED
    assert (settled.declined_at, settled.ended_reason) == (at(days=2), "untrue_data")
    assert (settled.amount_paid, to_settle(settled)) == (1990, 1990)
    assert [period.ends_at for period in outcome.periods] == [at(days=2)]


@pytest.mark.clause("M-II.2")
def test_once_the_provider_has_given_all_back_nothing_is_left_to_settle() -> None:
    part = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r1", at(days=3), subject="re_1", amount=990)
    rest = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r2", at(days=4), subject="re_2", amount=1000)

    partly = fold([an_order()], [PAID, DECLINED, part]).settlements["ord-1"]
    wholly = fold([an_order()], [PAID, DECLINED, part, rest]).settlements["ord-1"]

    assert (partly.status, to_settle(partly)) == (OrderStatus.DECLINED, 1000)
    assert (wholly.status, to_settle(wholly)) == (OrderStatus.REFUNDED, 0)
    assert (partly.last_return_at, wholly.last_return_at) == (at(days=3), at(days=4))


@pytest.mark.clause("M-II.2")
def test_a_payment_after_the_decline_starts_nothing_and_is_to_be_settled() -> None:
    outcome = fold([an_order(plan_id="business")], [replace(PAID, occurred_at=at(days=5)), DECLINED])

    settled = outcome.settlements["ord-1"]
    assert (settled.activated_at, to_settle(settled), outcome.periods) == (None, 1990, ())


def test_what_was_paid_beyond_the_price_is_to_be_settled_until_it_went_back() -> None:
    again = replace(PAID, event_id="evt_again", subject="cs_again", references=("pi_again",))
    back = replace(REFUNDED, references=("pi_again",))

    assert to_settle(fold([an_order()], [PAID, again]).settlements["ord-1"]) == 1990
    assert to_settle(fold([an_order()], [PAID, again, back]).settlements["ord-1"]) == 0
    assert to_settle(fold([an_order()], [PAID]).settlements["ord-1"]) == 0


@pytest.mark.parametrize("wrong", [{"amount": 500}, {"currency": "HKD", "amount": 500}])
def test_a_payment_that_did_not_count_is_to_be_given_back_until_it_was(wrong: dict[str, Any]) -> None:
    odd = replace(PAID, event_id="evt_odd", subject="cs_odd", references=("pi_odd",), **wrong)
    part = replace(REFUNDED, event_id="evt_p", subject="re_p", references=("pi_odd",), amount=200)
    rest = replace(REFUNDED, event_id="evt_q", subject="re_q", references=("pi_odd",), amount=300)
    whole = replace(rest, event_id="evt_c", kind=FactKind.CHARGE_REFUNDED, subject="ch_odd", amount=500)
    failed = replace(rest, event_id="evt_f", kind=FactKind.REFUND_FAILED)

    def left(*facts: Fact) -> int:
        return fold([an_order()], facts).settlements["ord-1"].amount_uncounted

    assert left(odd) == left(odd, PAID) == 500
    assert left(odd, part) == 300
    assert left(odd, part, rest) == left(odd, part, rest, whole) == 0
    assert left(odd, part, rest, failed) == 300
    assert left(odd, part, rest, whole, failed) == 300  # the charge still counts what the bank rejected
    other = replace(odd, event_id="evt_o", subject="cs_o", references=("pi_o",))
    both = replace(whole, event_id="evt_d", subject="ch_o", references=("pi_o",))
    assert left(odd, other, whole) == 500
    assert left(odd, other, whole, both) == 0
    lost = replace(odd, event_id="evt_l", kind=FactKind.DISPUTE_LOST, subject="dp_l", occurred_at=at(days=5))
    assert left(odd, lost) == left(PAID, odd, lost) == 0  # the bank took it back
    assert left(odd, replace(lost, kind=FactKind.DISPUTE_WON)) == 500
    assert left(odd, part, replace(lost, amount=300)) == 0
    assert left(PAID, REFUNDED) == 0


@pytest.mark.clause("M-V.2")
def test_a_cancelled_membership_ends_and_its_fee_is_kept() -> None:
    outcome = fold([an_order("ord-1"), an_order("ord-2")], [PAID, PAID_NEXT, CANCELLED])

    settled = outcome.settlements["ord-1"]
    assert (settled.status, to_settle(settled), settled.ended_at) == (OrderStatus.PAID, 0, at(days=2))
    assert [(period.order_id, period.starts_at) for period in outcome.periods] == [
        ("ord-1", PAID.occurred_at),
        ("ord-2", at(days=2)),
    ]


@given(st.permutations([PAID, REFUNDED, PAID_NEXT, DECLINED, CANCELLED]))
def test_decisions_fold_the_same_in_any_order_of_arrival(arrived: list[Fact]) -> None:
    orders = [an_order("ord-1"), an_order("ord-2")]

    assert fold(orders, arrived + arrived[:2]) == fold(orders, [PAID, REFUNDED, PAID_NEXT, DECLINED, CANCELLED])


@pytest.mark.clause("M-II.2")
def test_an_order_that_was_declined_before_it_was_paid_cannot_be_confirmed() -> None:
    order = an_order()
    declined = replace(order, settlement=fold([order], [DECLINED]).settlements["ord-1"])

    with pytest.raises(OrderNotOpen):
        require_quote(declined, 1990, "USD", at(minutes=1))


@pytest.fixture
def world() -> World:
    return World()


def deciding(world: World) -> tuple[EndOrder, CancelMembership]:
    end = EndOrder(world.receive.take_in_fact, world.fold, world.clock)
    return end, CancelMembership(world.bookkeeping, world.orders, end, world.clock)


@pytest.mark.clause("M-V.1")
def test_a_member_quits_and_every_period_left_ends_at_once_without_return(world: World) -> None:
    for fact in (PAID, PAID_NEXT):
        world.webhook(fact)
    world.work_off()
    _, cancel = deciding(world)

    assert cancel("acc-1") == ["ord-1", "ord-2"]

    assert [(each.order_id, each.ends_at) for each in world.bookkeeping.periods("acc-1")] == [("ord-1", at(days=20))]
    assert world.bookkeeping.allowances["acc-1"] == ()
    assert [fees.kept for fees in fees_of(world.orders.all("acc-1"))] == [3980]
    assert [event.name for event in world.events.published].count("MembershipCancelled") == 2
    with pytest.raises(NothingToEnd):
        cancel("acc-1")


def test_a_cancellation_that_could_not_be_published_is_published_by_the_worker(world: World) -> None:
    """Nothing is left then that the member could cancel once more."""

    class ClosedBus(MemoryEvents):
        def publish(self, events: Sequence[Event]) -> None:  # noqa: ARG002 - the port's signature
            raise Unavailable

    world.webhook(PAID)
    world.work_off()
    end, cancel = deciding(world)
    unheard = dataclasses.replace(
        cancel, end=dataclasses.replace(end, fold=dataclasses.replace(world.fold, events=ClosedBus()))
    )
    with pytest.raises(Unavailable):
        unheard("acc-1")
    with pytest.raises(NothingToEnd):
        cancel("acc-1")

    world.work_off()

    assert world.events.published[-1].name == "MembershipCancelled"


@pytest.mark.clause("M-II.2")
def test_a_repeated_decline_keeps_the_first_one_s_time_and_reason(world: World) -> None:
    world.webhook(PAID)
    world.work_off()
    end, _ = deciding(world)
    order = world.orders.get("acc-1", "ord-1")
    end(order, FactKind.ORDER_DECLINED, "untrue_data", by=OPERATOR)
    first = world.orders.get("acc-1", "ord-1").settlement
    world.clock.advance(days=1)

    end(order, FactKind.ORDER_DECLINED, "fraud", by=OPERATOR)

    assert world.orders.get("acc-1", "ord-1").settlement == first
    assert [event.name for event in world.events.published] == ["MembershipActivated", "OrderDeclined"]


@pytest.mark.clause("U-VIII")
def test_the_member_gets_notices_of_decline_cancellation_and_each_partial_refund(world: World) -> None:
    world.webhook(PAID)
    parts = [
        a_fact(FactKind.REFUND_SUCCEEDED, f"evt_p{day}", at(days=day), subject=f"re_{day}", amount=500)
        for day in (3, 4)
    ]
    for fact in parts:
        world.webhook(fact)
        world.work_off()
        for event in (*world.events.published, *world.events.published):
            world.notify(event.name, "acc-1", "ord-1")
        world.events.published.clear()
    end, cancel = deciding(world)
    cancel.because("acc-1", "robot_purchase", by=OPERATOR)
    end(world.orders.get("acc-1", "ord-1"), FactKind.ORDER_DECLINED, "untrue_data", by=OPERATOR)
    for event in world.events.published:
        world.notify(event.name, "acc-1", "ord-1")

    texts = {mail.subject: mail.text for mail in world.mailer.sent}
    assert [mail.subject for mail in world.mailer.sent] == [
        "Your AllMyTracks membership",
        "A part of your AllMyTracks payment was returned",
        "A part of your AllMyTracks payment was returned",
        "Your AllMyTracks membership was cancelled",
        "Your AllMyTracks order was declined",
    ]
    assert "USD 10.00" in texts["A part of your AllMyTracks payment was returned"]
    assert "untrue data" in texts["Your AllMyTracks order was declined"]
    assert "will be returned" in texts["Your AllMyTracks order was declined"]


@pytest.mark.parametrize(
    ("kind", "change", "problem", "words"),
    [
        (FactKind.PAYMENT_SUCCEEDED, {"amount": 1}, "amount_mismatch", "another amount"),
        (FactKind.PAYMENT_SUCCEEDED, {"currency": "HKD"}, "currency_mismatch", "another currency"),
        (FactKind.CHECKOUT_EXPIRED, {}, "order_expired", "not paid in time"),
        (FactKind.PAYMENT_FAILED, {"reason": "insufficient_funds"}, "payment_failed", "not enough money"),
        (FactKind.PAYMENT_FAILED, {"reason": "stolen_card"}, "payment_failed", "refused it"),
    ],
)
def test_a_member_sees_why_a_payment_did_not_count(
    kind: FactKind, change: dict[str, object], problem: str, words: str
) -> None:
    fact = replace(a_fact(kind, "evt_1", at(minutes=1)), **change)
    order = an_order()
    settled = fold([order], [fact]).settlements["ord-1"]

    answer = order_answer(replace(order, settlement=settled), at(minutes=2))
    assert answer.problem == problem
    assert answer.problem_detail is not None
    assert words in answer.problem_detail
    assert "stolen" not in answer.problem_detail
    assert {name: text[-1] for name, text in answer.problem_translations.items()} == {"zh-Hant": "。", "zh-Hans": "。"}


@pytest.mark.clause("M-VI.8")
def test_fees_are_summed_by_currency_less_what_went_back() -> None:
    orders = [an_order("ord-1"), an_order("ord-2"), replace(an_order("ord-3", amount=15500), currency="HKD")]
    facts = [
        PAID,
        PAID_NEXT,
        a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_h", at(days=1), "ord-3", subject="cs_3", amount=15500, currency="HKD"),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=3), subject="re_1", amount=490),
    ]
    settlements = fold(orders, facts).settlements
    settled = [replace(order, settlement=settlements[order.id]) for order in orders]

    assert fees_of([*settled, an_order("ord-4")]) == (Fees("HKD", 1, 15500, 0), Fees("USD", 2, 3980, 490))
    assert [fees.kept for fees in fees_of(settled)] == [15500, 3490]
