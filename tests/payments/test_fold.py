"""What payment facts make of orders: any order, duplication and delay of the same facts gives the same state."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_terms import end_of_term
from allmytracks.payments.ledger.rules_announcements import announcements
from allmytracks.payments.ledger.rules_folding import Outcome, fold
from allmytracks.payments.orders.rules import Order, OrderStatus, Settlement, with_open_disputes
from allmytracks.payments.orders.rules_starts import GivenUp, Start, StartOption
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.payment_histories import History, Naive, histories
from tests.factories.payments import START, a_fact, an_order, at

PAID = FactKind.PAYMENT_SUCCEEDED


def paid(order_id: str = "ord-1", occurred_at: datetime = START, **others: Any) -> Fact:
    return a_fact(PAID, f"evt_paid_{order_id}", occurred_at, order_id, subject=f"cs_{order_id}", **others)


def settlement(outcome: Outcome, order_id: str = "ord-1") -> Settlement:
    return outcome.settlements[order_id]


def spans(outcome: Outcome) -> list[tuple[str, datetime, datetime]]:
    return [(period.order_id, period.starts_at, period.ends_at) for period in outcome.periods]


@pytest.mark.clause("M-II.3")
def test_nothing_is_usable_before_the_payment_is_confirmed() -> None:
    for kind in (FactKind.PAYMENT_AWAITED, FactKind.PAYMENT_FAILED, FactKind.OTHER):
        assert fold([an_order()], [a_fact(kind, "evt_1", START)]).periods == ()


@pytest.mark.clause("M-II.5")
@pytest.mark.clause("M-II.4")
def test_a_membership_starts_with_its_payment_lasts_its_term_and_keeps_the_order_s_benefits() -> None:
    outcome = fold([an_order(term="year")], [paid(occurred_at=at(hours=1))])

    assert outcome.periods == (
        Period("ord-1", "premium", "premium@v1", 30, at(hours=1), end_of_term(at(hours=1), "year")),
    )
    assert settlement(outcome).status is OrderStatus.PAID
    assert settlement(outcome).activated_at == at(hours=1)


@pytest.mark.clause("M-II.5")
def test_a_purchase_while_a_membership_runs_starts_at_its_end() -> None:
    facts = [paid("ord-1"), paid("ord-2", at(days=3))]

    outcome = fold([an_order("ord-1"), an_order("ord-2")], facts)

    first_end = end_of_term(START, "month")
    assert spans(outcome) == [
        ("ord-1", START, first_end),
        ("ord-2", first_end, end_of_term(first_end, "month")),
    ]


@pytest.mark.clause("M-II.8")
def test_a_full_refund_ends_at_once_and_the_period_behind_moves_up() -> None:
    facts = [
        paid("ord-1"),
        paid("ord-2", at(days=3)),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=10), "ord-1", subject="re_1"),
    ]

    outcome = fold([an_order("ord-1"), an_order("ord-2")], facts)

    assert settlement(outcome).status is OrderStatus.REFUNDED
    assert settlement(outcome).returned_at == at(days=10)
    assert spans(outcome) == [
        ("ord-1", START, at(days=10)),
        ("ord-2", at(days=10), end_of_term(at(days=10), "month")),
    ]


def test_a_refund_of_a_period_that_has_not_begun_removes_it_and_leaves_no_gap() -> None:
    facts = [
        paid("ord-1"),
        paid("ord-2", at(days=1)),
        paid("ord-3", at(days=2)),
        a_fact(FactKind.CHARGE_REFUNDED, "evt_r", at(days=5), "ord-2", subject="ch_2"),
    ]

    outcome = fold([an_order(name) for name in ("ord-1", "ord-2", "ord-3")], facts)

    first_end = end_of_term(START, "month")
    assert spans(outcome) == [("ord-1", START, first_end), ("ord-3", first_end, end_of_term(first_end, "month"))]


def test_a_refund_after_the_period_is_over_moves_nothing() -> None:
    first_end = end_of_term(START, "month")
    facts = [
        paid("ord-1"),
        paid("ord-2", at(days=3)),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", first_end + timedelta(days=2), "ord-1", subject="re_1"),
    ]

    outcome = fold([an_order("ord-1"), an_order("ord-2")], facts)

    assert settlement(outcome).status is OrderStatus.REFUNDED
    assert spans(outcome)[0] == ("ord-1", START, first_end)
    assert spans(outcome)[1][1] == first_end


@pytest.mark.clause("M-II.8")
def test_a_partial_refund_is_recorded_and_changes_nothing_else() -> None:
    facts = [paid(), a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1", amount=500)]

    outcome = fold([an_order()], facts)

    assert settlement(outcome).status is OrderStatus.PAID
    assert settlement(outcome).amount_returned == 500
    assert spans(outcome) == [("ord-1", START, end_of_term(START, "month"))]


def test_partial_refunds_that_give_back_everything_end_it_with_the_last_of_them() -> None:
    facts = [
        paid(),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r1", at(days=1), subject="re_1", amount=990),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r2", at(days=2), subject="re_2", amount=1000),
        a_fact(FactKind.CHARGE_REFUNDED, "evt_c2", at(days=2), subject="ch_1", amount=1990),
    ]

    outcome = fold([an_order()], facts)

    assert settlement(outcome).returned_at == at(days=2)
    assert settlement(outcome).amount_returned == 1990


def test_a_refund_that_the_bank_sends_back_restores_the_membership() -> None:
    facts = [
        paid(),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1"),
        a_fact(FactKind.CHARGE_REFUNDED, "evt_c", at(days=1), subject="ch_1"),
        a_fact(FactKind.REFUND_FAILED, "evt_f", at(days=4), subject="re_1"),
    ]

    outcome = fold([an_order()], facts)

    assert settlement(outcome).status is OrderStatus.PAID
    assert spans(outcome) == [("ord-1", START, end_of_term(START, "month"))]


def test_a_late_report_of_success_does_not_undo_a_refund_s_failure() -> None:
    facts = [
        paid(),
        a_fact(FactKind.REFUND_FAILED, "evt_f", at(days=4), subject="re_1"),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=5), subject="re_1"),
    ]

    assert settlement(fold([an_order()], facts)).status is OrderStatus.PAID


def test_an_open_dispute_marks_the_order_and_leaves_the_membership() -> None:
    outcome = fold([an_order()], [paid(), a_fact(FactKind.DISPUTE_OPENED, "evt_d", at(days=1), subject="dp_1")])

    assert settlement(outcome).status is OrderStatus.DISPUTED
    assert len(outcome.periods) == 1


@pytest.mark.clause("M-II.8")
@pytest.mark.clause("U-IV.2")
def test_a_lost_dispute_ends_the_membership_at_once() -> None:
    facts = [
        paid(),
        a_fact(FactKind.DISPUTE_OPENED, "evt_d", at(days=1), subject="dp_1"),
        a_fact(FactKind.DISPUTE_LOST, "evt_l", at(days=9), subject="dp_1"),
    ]

    outcome = fold([an_order()], facts)

    assert settlement(outcome).status is OrderStatus.REFUNDED
    assert spans(outcome) == [("ord-1", START, at(days=9))]


def test_a_won_dispute_restores_the_order() -> None:
    facts = [
        paid(),
        a_fact(FactKind.DISPUTE_OPENED, "evt_d", at(days=1), subject="dp_1"),
        a_fact(FactKind.DISPUTE_WON, "evt_w", at(days=9), subject="dp_1"),
    ]

    assert settlement(fold([an_order()], facts)).status is OrderStatus.PAID


def test_a_refund_that_arrives_before_its_payment_waits_for_it() -> None:
    refund = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1")

    alone = fold([an_order()], [refund])
    both = fold([an_order()], [refund, paid()])

    assert alone.settlements == {}
    assert settlement(both).status is OrderStatus.REFUNDED
    assert spans(both) == [("ord-1", START, at(days=1))]


def test_two_events_of_the_same_second_are_distinguished_by_their_ids() -> None:
    opened = a_fact(FactKind.DISPUTE_OPENED, "evt_b", at(days=1), subject="dp_1")
    lost = a_fact(FactKind.DISPUTE_LOST, "evt_a", at(days=1), subject="dp_1")

    one = fold([an_order()], [paid(), opened, lost])

    assert one == fold([an_order()], [lost, opened, paid()])
    assert settlement(one).status is OrderStatus.REFUNDED  # an opening never undoes a decision


def test_a_declined_card_can_be_followed_by_one_that_works() -> None:
    declined = a_fact(FactKind.PAYMENT_FAILED, "evt_x", at(minutes=1))

    assert settlement(fold([an_order()], [declined])).status is OrderStatus.DECLINED
    assert settlement(fold([an_order()], [declined, paid(occurred_at=at(minutes=2))])).status is OrderStatus.PAID


@pytest.mark.clause("U-IV.2")
def test_an_expired_checkout_leaves_nothing() -> None:
    outcome = fold([an_order()], [a_fact(FactKind.CHECKOUT_EXPIRED, "evt_x", at(hours=1))])

    assert settlement(outcome).status is OrderStatus.EXPIRED
    assert outcome.periods == ()


@pytest.mark.clause("U-III.I.2")
@pytest.mark.parametrize("wrong", [{"amount": 1989}, {"currency": "HKD"}, {"amount": None}])
def test_another_sum_or_currency_does_not_pay_an_order_and_says_so(wrong: dict[str, Any]) -> None:
    outcome = fold([an_order()], [paid(**wrong)])

    assert settlement(outcome).status is OrderStatus.PENDING
    assert settlement(outcome).problem == ("currency_mismatch" if "currency" in wrong else "amount_mismatch")
    assert outcome.periods == ()


def test_an_order_that_was_paid_twice_counts_once_and_says_so() -> None:
    again = a_fact(PAID, "evt_again", at(hours=1), subject="cs_other", payment="pi_other")
    refund = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(hours=2), subject="re_1", payment="pi_other", order_id=None)

    outcome = fold([an_order()], [paid(), again, refund])

    assert settlement(outcome).problem == "paid_twice"
    assert settlement(outcome).status is OrderStatus.PAID
    assert len(outcome.periods) == 1


@pytest.mark.clause("U-II.III.1.4")
def test_buying_for_an_enterprise_is_seen_even_after_a_refund() -> None:
    orders = [an_order(plan_id="business")]
    refund = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1")

    assert fold(orders, []).enterprise_from is None
    assert fold(orders, [paid(), refund]).enterprise_from == paid().occurred_at
    assert fold([an_order()], [paid()]).enterprise_from is None


def test_a_charge_known_only_through_the_payment_still_reaches_its_order() -> None:
    """Older events of disputes name the charge alone."""
    charged = Fact(
        "stripe", "evt_c", at(days=1), FactKind.CHARGE_REFUNDED, "charge.refunded", None, None,
        ("pi_ord-1", "ch_1"), "ch_1", 0, "USD",
    )  # fmt: skip
    dispute = Fact(
        "stripe", "evt_d", at(hours=1), FactKind.DISPUTE_OPENED, "charge.dispute.created", None, None,
        ("ch_1",), "dp_1", 1990, "USD",
    )  # fmt: skip

    assert settlement(fold([an_order()], [dispute, charged, paid()])).status is OrderStatus.DISPUTED


def test_giving_back_a_payment_that_did_not_count_takes_nothing_from_the_one_that_did() -> None:
    wrong = a_fact(PAID, "evt_wrong", START, subject="cs_wrong", payment="pi_wrong", amount=1000)
    refund = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1", payment="pi_wrong", amount=1000)
    charge = replace(refund, event_id="evt_c", kind=FactKind.CHARGE_REFUNDED, references=("pi_wrong", "ch_wrong"))
    late = replace(refund, event_id="evt_l", subject="re_2", references=("ch_wrong",), amount=990)

    outcome = fold([an_order()], [wrong, paid(), refund, charge, late])

    assert settlement(outcome).status is OrderStatus.PAID
    assert settlement(outcome).amount_returned == 0
    assert settlement(outcome).problem == "amount_mismatch"


def test_a_dispute_stays_open_in_the_account_s_way_after_a_refund() -> None:
    facts = [
        paid(),
        a_fact(FactKind.DISPUTE_OPENED, "evt_d", at(days=1), subject="dp_1"),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=2), subject="re_1"),
    ]
    order = an_order()

    disputed = replace(order, settlement=settlement(fold([order], facts)))
    won = a_fact(FactKind.DISPUTE_WON, "evt_w", at(days=3), subject="dp_1")
    decided = replace(order, settlement=settlement(fold([order], [*facts, won])))

    assert with_open_disputes([disputed, an_order("ord-2")]) == ("ord-1",)
    assert with_open_disputes([decided]) == ()


def test_a_decision_that_is_turned_restores_what_it_had_ended() -> None:
    facts = [
        paid(),
        a_fact(FactKind.DISPUTE_LOST, "evt_l", at(days=9), subject="dp_1"),
        a_fact(FactKind.DISPUTE_WON, "evt_w", at(days=12), subject="dp_1"),
    ]

    assert spans(fold([an_order()], facts)) == [("ord-1", START, end_of_term(START, "month"))]


# ------------------------------------------------------------------ published events


def told(order: Order, *facts: Fact) -> tuple[Order, list[str]]:
    """The order with its earlier announcements, and the new ones."""
    names = [name for name, _ in announcements(order, fold([order], facts))]
    return replace(order, announced=order.announced | set(names)), names


def test_each_change_is_announced_once() -> None:
    gone = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1")
    back = a_fact(FactKind.REFUND_FAILED, "evt_f", at(days=2), subject="re_1")
    again = a_fact(FactKind.REFUND_SUCCEEDED, "evt_s", at(days=3), subject="re_2")
    order = an_order()
    for facts, expected in (
        ([paid()], ["MembershipActivated"]),
        ([paid()], []),
        ([paid(), gone], ["PaymentReturned"]),
        ([paid(), gone, back], ["MembershipRestored-0", "RefundFailed-re_1"]),
        ([paid(), gone, back], []),
        ([paid(), gone, back, again], ["PaymentReturned-1"]),
        ([paid(), gone, back, again], []),
    ):
        order, names = told(order, *facts)
        assert names == expected


def test_partial_refunds_and_disputes_are_announced_one_by_one() -> None:
    part = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1", amount=500)
    opened = a_fact(FactKind.DISPUTE_OPENED, "evt_d", at(days=2), subject="dp_1")
    won = a_fact(FactKind.DISPUTE_WON, "evt_w", at(days=3), subject="dp_1")
    order, names = told(an_order(), paid(), part)
    assert names == ["MembershipActivated", "PaymentPartlyReturned-500"]
    order, names = told(order, paid(), part, opened)
    assert names == ["DisputeOpened-dp_1"]
    order, names = told(order, paid(), part, opened, won)
    assert names == ["DisputeWon-dp_1"]


def test_a_partial_refund_is_announced_even_if_its_total_was_announced_before() -> None:
    first = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1", amount=500)
    second = a_fact(FactKind.REFUND_SUCCEEDED, "evt_s", at(days=2), subject="re_2", amount=300)
    back = a_fact(FactKind.REFUND_FAILED, "evt_f", at(days=3), subject="re_2", amount=300)
    order, _ = told(an_order(), paid(), first)
    order, names = told(order, paid(), first, second)
    assert names == ["PaymentPartlyReturned-800"]
    order, names = told(order, paid(), first, second, back)
    assert names == ["PaymentPartlyReturned-500-1", "RefundFailed-re_2"]
    order, names = told(order, paid(), first, second, back)
    assert names == []


# ------------------------------------------------------------------ generated histories


@settings(max_examples=150)
@given(histories(), st.data())
def test_permutations_and_duplicates_give_the_same_state(history: History, data: st.DataObject) -> None:
    orders, facts = history
    repeated = data.draw(st.lists(st.sampled_from(facts), max_size=5)) if facts else []
    shuffled = data.draw(st.permutations(facts + repeated))

    assert fold(data.draw(st.permutations(orders)), shuffled) == fold(orders, facts)


@settings(max_examples=60)
@given(histories())
def test_periods_never_overlap_and_only_paid_orders_have_one(history: History) -> None:
    orders, facts = history
    outcome = fold(orders, facts)

    for one, next_one in pairwise(outcome.periods):
        assert one.ends_at <= next_one.starts_at
    for period in outcome.periods:
        activated_at = outcome.settlements[period.order_id].activated_at
        assert activated_at is not None
        assert activated_at <= period.starts_at < period.ends_at


@settings(max_examples=250)
@given(histories())
def test_the_fold_agrees_with_a_naive_model(history: History) -> None:
    orders, facts = history
    outcome = fold(orders, facts)
    naive = Naive(orders, facts)

    assert spans(outcome) == naive.periods()
    for order in orders:
        folded = outcome.settlements.get(order.id)
        assert (folded.returned_at if folded else None) == naive.returned_at(order)
        states = naive.disputes(naive.of(order))
        opened = {name for name, state in states.items() if state is FactKind.DISPUTE_OPENED}
        assert set(folded.open_disputes if folded else ()) == opened


@settings(max_examples=100)
@given(histories(), st.data())
def test_an_order_s_own_facts_and_the_summary_of_the_others_give_what_all_facts_give(
    history: History, data: st.DataObject
) -> None:
    orders, facts = history
    whole = fold(orders, facts)
    order = data.draw(st.sampled_from(orders))
    others = [each for each in whole.purchases if each.order_id != order.id]

    part = fold([order], Naive(orders, facts).of(order), others)

    assert (part.purchases, part.periods) == (whole.purchases, whole.periods)
    assert part.settlements.get(order.id) == whole.settlements.get(order.id)


def business(order_id: str = "ord-b", gives_up: tuple[str, ...] = ()) -> Order:
    """A Business order, which may give up others."""
    order = an_order(order_id, plan_id="business")
    if not gives_up:
        return order
    given = tuple(GivenUp(each, "premium", at(days=31)) for each in gives_up)
    return replace(order, start=StartOption(Start.AT_ONCE, order.quoted_at, given))


def paid_for(order_id: str, when: datetime) -> Fact:
    """The payment of an order."""
    return replace(paid(order_id=order_id, payment=f"pi_{order_id}"), event_id=f"evt_{order_id}", occurred_at=when)


@pytest.mark.clause("U-II.III.1.4", "M-II.5")
def test_an_account_is_an_enterprises_from_the_start_of_its_first_business_period() -> None:
    orders = [an_order("ord-p"), business()]
    outcome = fold(orders, [paid_for("ord-p", at(hours=1)), paid_for("ord-b", at(days=2))])
    premium, enterprise = outcome.periods
    assert (premium.plan, enterprise.plan, enterprise.starts_at) == ("premium", "business", premium.ends_at)
    assert outcome.enterprise_from == premium.ends_at
    back = a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=3), subject="re_b", payment="pi_ord-b", order_id="ord-b")
    before = fold(orders, [paid_for("ord-p", at(hours=1)), paid_for("ord-b", at(days=2)), back])
    assert (before.enterprise_from, len(before.periods)) == (None, 1)  # it never began
    late = fold(orders, [paid_for("ord-b", at(days=2)), back])
    assert late.enterprise_from == at(days=2)  # for good, whatever becomes of the order


@pytest.mark.clause("M-V.1", "M-II.8", "U-II.III.1.4")
def test_premium_that_was_given_up_ends_as_business_is_paid() -> None:
    orders = [an_order("ord-p"), an_order("ord-q"), business(gives_up=("ord-p", "ord-q"))]
    facts = [paid_for("ord-p", at(hours=1)), paid_for("ord-q", at(hours=2)), paid_for("ord-b", at(days=2))]
    outcome = fold(orders, facts)
    premium, enterprise = outcome.periods
    assert (premium.order_id, premium.ends_at) == ("ord-p", at(days=2))
    assert (enterprise.order_id, enterprise.starts_at) == ("ord-b", at(days=2))
    assert outcome.enterprise_from == at(days=2)
    for given_up in ("ord-p", "ord-q"):
        settled = outcome.settlements[given_up]
        assert (settled.status, settled.amount_returned) == (OrderStatus.PAID, 0)
        assert replace(orders[0], settlement=settled).amount_to_settle == 0
    unpaid = fold(orders, facts[:2])
    assert [each.order_id for each in unpaid.periods] == ["ord-p", "ord-q"]
    assert unpaid.enterprise_from is None


@pytest.mark.clause("U-II.III.1.4")
@pytest.mark.parametrize("when", [timedelta(days=3), timedelta(days=90)])
def test_premium_that_could_only_run_after_business_starts_nothing_and_is_given_back(when: timedelta) -> None:
    """Its checkout was open when Business was paid."""
    late = an_order("ord-late")
    outcome = fold([business(), late], [paid_for("ord-b", at(days=2)), paid_for("ord-late", at() + when)])
    assert [each.plan for each in outcome.periods] == ["business"]
    settled = outcome.settlements["ord-late"]
    assert (settled.status, settled.ended_reason) == (OrderStatus.DECLINED, "plan_for_individuals")
    assert replace(late, settlement=settled).amount_to_settle == late.amount


@pytest.mark.clause("U-II.III.1.4", "M-II.8")
@given(st.permutations(range(5)), st.sets(st.integers(0, 4)), st.sampled_from([(), ("ord-p",)]))
def test_no_order_of_facts_leaves_an_enterprise_with_a_plan_for_individuals(
    order: list[int], known: set[int], given_up: tuple[str, ...]
) -> None:
    orders = [an_order("ord-p"), an_order("ord-q"), business(gives_up=given_up), business("ord-c")]
    facts = [
        paid_for("ord-p", at(hours=1)),
        paid_for("ord-b", at(days=2)),
        paid_for("ord-q", at(days=3)),
        paid_for("ord-c", at(days=4)),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=40), subject="re_b", payment="pi_ord-b", order_id="ord-b"),
    ]
    outcome = fold(orders, [facts[n] for n in order if n in known])
    assert outcome == fold(reversed(orders), [facts[n] for n in sorted(known)])
    began = outcome.enterprise_from
    for each in outcome.periods:
        if each.plan == "premium":
            assert began is None or each.ends_at <= began
        else:
            assert began is not None
            assert began <= each.starts_at
