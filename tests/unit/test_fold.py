"""What payment facts make of orders: any order, duplication and delay of the same facts gives the same state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmytracks.domain.memberships import Period
from allmytracks.domain.orders import Order, OrderStatus, Settlement
from allmytracks.domain.payments import Fact, FactKind, Outcome, bought_for_enterprise, fold
from allmytracks.domain.plans import Term
from allmytracks.domain.terms import end_of_term
from tests.payment_samples import START, a_fact, an_order, at

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
    outcome = fold([an_order(term=Term.YEAR)], [paid(occurred_at=at(hours=1))])

    assert outcome.periods == (
        Period("ord-1", "premium", "premium@v1", 30, at(hours=1), end_of_term(at(hours=1), Term.YEAR)),
    )
    assert settlement(outcome).status is OrderStatus.PAID
    assert settlement(outcome).activated_at == at(hours=1)


@pytest.mark.clause("M-II.5")
def test_a_purchase_while_a_membership_runs_starts_at_its_end() -> None:
    facts = [paid("ord-1"), paid("ord-2", at(days=3))]

    outcome = fold([an_order("ord-1"), an_order("ord-2")], facts)

    first_end = end_of_term(START, Term.MONTH)
    assert spans(outcome) == [
        ("ord-1", START, first_end),
        ("ord-2", first_end, end_of_term(first_end, Term.MONTH)),
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
        ("ord-2", at(days=10), end_of_term(at(days=10), Term.MONTH)),
    ]


def test_a_refund_of_a_period_that_has_not_begun_removes_it_and_leaves_no_gap() -> None:
    facts = [
        paid("ord-1"),
        paid("ord-2", at(days=1)),
        paid("ord-3", at(days=2)),
        a_fact(FactKind.CHARGE_REFUNDED, "evt_r", at(days=5), "ord-2", subject="ch_2"),
    ]

    outcome = fold([an_order(name) for name in ("ord-1", "ord-2", "ord-3")], facts)

    first_end = end_of_term(START, Term.MONTH)
    assert spans(outcome) == [("ord-1", START, first_end), ("ord-3", first_end, end_of_term(first_end, Term.MONTH))]


def test_a_refund_after_the_period_is_over_moves_nothing() -> None:
    first_end = end_of_term(START, Term.MONTH)
    facts = [
        paid("ord-1"),
        paid("ord-2", at(days=3)),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", first_end + timedelta(days=2), "ord-1", subject="re_1"),
    ]

    outcome = fold([an_order("ord-1"), an_order("ord-2")], facts)

    assert settlement(outcome).status is OrderStatus.REFUNDED
    assert spans(outcome)[0] == ("ord-1", START, first_end)
    assert spans(outcome)[1][1] == first_end


@pytest.mark.clause("M-V.1")
def test_a_partial_refund_is_recorded_and_changes_nothing_else() -> None:
    facts = [paid(), a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=1), subject="re_1", amount=500)]

    outcome = fold([an_order()], facts)

    assert settlement(outcome).status is OrderStatus.PAID
    assert settlement(outcome).amount_returned == 500
    assert spans(outcome) == [("ord-1", START, end_of_term(START, Term.MONTH))]


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
    assert spans(outcome) == [("ord-1", START, end_of_term(START, Term.MONTH))]


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


def test_two_events_of_the_same_second_are_told_apart_by_their_ids() -> None:
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

    assert not bought_for_enterprise(orders, fold(orders, []))
    assert bought_for_enterprise(orders, fold(orders, [paid(), refund]))
    assert not bought_for_enterprise([an_order()], fold([an_order()], [paid()]))


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


# ------------------------------------------------------------------ generated histories

NAMES = ("ord-1", "ord-2", "ord-3")
KINDS = [kind for kind in FactKind if kind is not FactKind.OTHER]
OFTEN = [kind for kind in KINDS if kind.startswith(("refund_", "dispute_", "charge_"))]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Order], list[Fact]]:
    """Orders of one account and facts about them; few distinct instants, so that many fall on the same second."""
    names = NAMES[: draw(st.integers(1, 3))]
    orders = [
        an_order(name, term=draw(st.sampled_from(list(Term))), quoted_at=at(seconds=number))
        for number, name in enumerate(names)
    ]
    facts = []
    for number, name in enumerate(names):
        if draw(st.booleans()):
            facts.append(paid(name, at(days=draw(st.integers(0, 40)), seconds=number)))
    for number in range(draw(st.integers(0, 12))):
        name = draw(st.sampled_from(names))
        kind = draw(st.sampled_from(KINDS + OFTEN * 2))
        occurred_at = at(days=draw(st.integers(0, 80)), seconds=draw(st.integers(0, 1)))
        subject = f"{kind.partition('_')[0]}-{name}-{draw(st.integers(1, 2))}"
        amount = draw(st.sampled_from([1990, 1990, 990, 1000]))
        tag = draw(st.integers(0, 99))
        facts.append(a_fact(kind, f"evt_{tag:02d}_{number}", occurred_at, name, subject=subject, amount=amount))
    return orders, facts


@settings(max_examples=300)
@given(histories(), st.data())
def test_permutations_and_duplicates_give_the_same_state(
    history: tuple[list[Order], list[Fact]], data: st.DataObject
) -> None:
    orders, facts = history
    repeated = data.draw(st.lists(st.sampled_from(facts), max_size=5)) if facts else []
    shuffled = data.draw(st.permutations(facts + repeated))

    assert fold(data.draw(st.permutations(orders)), shuffled) == fold(orders, facts)


@given(histories())
def test_periods_never_overlap_and_only_paid_orders_have_one(history: tuple[list[Order], list[Fact]]) -> None:
    orders, facts = history
    outcome = fold(orders, facts)

    for one, next_one in zip(outcome.periods, outcome.periods[1:], strict=False):
        assert one.ends_at <= next_one.starts_at
    for period in outcome.periods:
        activated_at = outcome.settlements[period.order_id].activated_at
        assert activated_at is not None
        assert activated_at <= period.starts_at < period.ends_at


@dataclass
class Naive:
    """A second, slower reading of the same rules: every prefix of the history is judged from scratch."""

    orders: Sequence[Order]
    facts: Sequence[Fact]

    def of(self, order: Order) -> list[Fact]:
        mine = {f"pi_{order.id}"}
        about = [fact for fact in self.facts if fact.order_id == order.id or mine & set(fact.references)]
        return sorted(about, key=lambda fact: (fact.occurred_at, fact.event_id))

    @staticmethod
    def balance(order: Order, facts: Sequence[Fact]) -> tuple[int, int]:
        """What was taken and what was given back."""
        taken = {fact.subject: fact.amount or 0 for fact in facts if fact.kind is PAID and fact.amount == order.amount}
        refunds: dict[str | None, set[FactKind]] = {}
        amounts: dict[tuple[str | None, FactKind], int] = {}
        for fact in facts:
            if fact.kind.startswith("refund_"):
                refunds.setdefault(fact.subject, set()).add(fact.kind)
                amounts[fact.subject, fact.kind] = fact.amount or 0
        failed = {name for name, kinds in refunds.items() if FactKind.REFUND_FAILED in kinds}
        done = {name for name, kinds in refunds.items() if FactKind.REFUND_SUCCEEDED in kinds} - failed
        single = sum(amounts[name, FactKind.REFUND_SUCCEEDED] for name in done)
        reported = max([fact.amount or 0 for fact in facts if fact.kind is FactKind.CHARGE_REFUNDED], default=0)
        back = max(single, reported - sum(amounts[name, FactKind.REFUND_FAILED] for name in failed))
        for name in {fact.subject for fact in facts if fact.kind.startswith("dispute_")}:
            decided = [
                f for f in facts if f.subject == name and f.kind in {FactKind.DISPUTE_WON, FactKind.DISPUTE_LOST}
            ]
            if decided and decided[-1].kind is FactKind.DISPUTE_LOST:
                back += order.amount
        return sum(taken.values()), back

    def returned_at(self, order: Order) -> datetime | None:
        facts, since = self.of(order), None
        for length in range(len(facts), 0, -1):
            taken, back = self.balance(order, facts[:length])
            if not taken or back < taken:
                break
            since = facts[length - 1].occurred_at
        return since

    def ended_at(self, order: Order) -> datetime | None:
        decisions = {FactKind.ORDER_DECLINED, FactKind.MEMBERSHIP_CANCELLED}
        instants = [fact.occurred_at for fact in self.of(order) if fact.kind in decisions]
        return min([*instants, self.returned_at(order) or datetime.max.replace(tzinfo=UTC)], default=None)

    def periods(self) -> list[tuple[str, datetime, datetime]]:
        activated = []
        for order in self.orders:
            mine = self.of(order)
            declined = [number for number, f in enumerate(mine) if f.kind is FactKind.ORDER_DECLINED]
            open_to_payment = mine[: declined[0]] if declined else mine
            payments = [f for f in open_to_payment if f.kind is PAID and f.amount == order.amount]
            if payments:
                activated.append((payments[0].occurred_at, order.quoted_at, order))
        made: list[tuple[str, datetime, datetime]] = []
        for paid_at, _, order in sorted(activated, key=lambda each: each[:2]):
            start = paid_at
            while any(begin <= start < end for _, begin, end in made):
                start = max(end for _, begin, end in made if begin <= start < end)
            end = end_of_term(start, order.benefits.term)
            cut = self.ended_at(order)
            if cut is None or cut > start:
                made.append((order.id, start, min(end, cut or end)))
        return made


@settings(max_examples=400)
@given(histories())
def test_the_fold_agrees_with_a_naive_model(history: tuple[list[Order], list[Fact]]) -> None:
    orders, facts = history
    outcome = fold(orders, facts)
    naive = Naive(orders, facts)

    assert spans(outcome) == naive.periods()
    for order in orders:
        folded = outcome.settlements.get(order.id)
        assert (folded.returned_at if folded else None) == naive.returned_at(order)
