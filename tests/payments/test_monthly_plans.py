"""Monthly plans are folded from the provider's facts: any order, any duplicates, one state (S-7.2.2)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.payments.events import RenewalFailed, SubscriptionPaid
from allmytracks.payments.ledger.rules_inbox import Owner
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_CLOSED, Subscription
from allmytracks.payments.ledger.use_cases.add_renewal import AddRenewal
from allmytracks.payments.ledger.use_cases.carry_out_cancellation import CarryOutCancellation
from allmytracks.payments.ledger.use_cases.end_order import OPERATOR, decision
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.rules import Order, OrderStatus
from allmytracks.payments.orders.rules_storage import Mode, renewal_id
from allmytracks.payments.reconciliation.rules import Verdict
from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords, Seen
from allmytracks.payments.rules import Fact, FactKind
from allmytracks.storage.use_cases.cancel_subscription import DECISION
from tests.factories.payment_world import World
from tests.factories.payments import a_fact, an_order, at
from tests.factories.subscriptions import (
    month_fact,
    named,
    paid_in_full,
    plan_cancelled,
    refunded_month,
    storage_order,
)
from tests.fakes.orders import MemoryOrderOwners
from tests.fakes.payment_provider import MemoryHistory
from tests.fakes.subscriptions import MemoryCancelling

pytestmark = pytest.mark.clause("S-7.2.2")


class Desk(World):
    """The payments of a monthly plan, in memory."""

    def __init__(self, *orders: Order) -> None:
        super().__init__()
        self.provider = MemoryCancelling()
        for order in orders:
            self.orders.add(order)
        add = AddRenewal(MemoryOrderOwners(self.orders), self.orders)
        carry_out = CarryOutCancellation(self.provider, self.bookkeeping)
        self.fold = FoldPayments(self.inbox, self.bookkeeping, self.events, self.clock, add, carry_out)

    def take(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self.webhook(fact)
            self.work_off()

    def subscriptions(self) -> tuple[Subscription, ...]:
        return self.bookkeeping.subscriptions.of("acc-1")


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def naive_months(start: datetime, count: int) -> list[datetime]:
    """The starts of months as a person writes them into a calendar."""
    found = []
    for number in range(count):
        year, month = start.year + (start.month - 1 + number) // 12, (start.month - 1 + number) % 12 + 1
        found.append(start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1])))
    return found


PLAN = storage_order("ord_m1", Mode.MONTHLY)


def test_a_further_month_is_an_order_of_its_own_and_moves_the_end() -> None:
    desk, starts = Desk(PLAN), naive_months(day("2026-01-31"), 4)
    desk.take([month_fact(PLAN, starts[0], starts[0], first=True)])
    assert desk.subscriptions()[0].paid_until == day("2026-02-28")
    desk.take([month_fact(PLAN, starts[1], starts[1]), month_fact(PLAN, starts[2], starts[2])])
    assert desk.subscriptions()[0].paid_until == day("2026-04-30")
    renewal = desk.orders.get("acc-1", renewal_id(PLAN.id, "in_ord_m1_202602"))
    assert (renewal.status_at(starts[3]), renewal.amount) == (OrderStatus.PAID, PLAN.amount)
    assert renewal.storage is not None
    assert renewal.storage.renews == PLAN.id
    assert not desk.orders.get("acc-1", PLAN.id).amount_to_settle, "three months are not one order paid three times"
    assert [type(each) for each in desk.events.published] == [SubscriptionPaid] * 3


def test_a_failed_renewal_is_told_of_and_a_retry_pays_the_same_month() -> None:
    desk, starts = Desk(PLAN), naive_months(day("2026-01-31"), 2)
    failed = month_fact(PLAN, starts[1], starts[1], FactKind.PAYMENT_FAILED)
    desk.take([month_fact(PLAN, starts[0], starts[0], first=True), failed])
    assert desk.subscriptions()[0].paid_until == starts[1]
    assert [type(each) for each in desk.events.published] == [SubscriptionPaid, RenewalFailed]
    renewal = renewal_id(PLAN.id, "in_ord_m1_202602")
    assert not desk.orders.get("acc-1", renewal).is_open_at(starts[1]), "nobody can confirm it: the provider retries"
    desk.take([month_fact(PLAN, starts[1], starts[1] + timedelta(days=2))])
    assert desk.subscriptions()[0].paid_until == day("2026-03-31")
    assert desk.status(renewal) is OrderStatus.PAID


def test_a_month_that_was_given_back_does_not_count_and_its_payment_is_found_by_its_invoice() -> None:
    desk, starts = Desk(PLAN), naive_months(day("2026-01-31"), 2)
    refund = refunded_month(PLAN, starts[1], starts[1] + timedelta(days=1))
    desk.take([refund, month_fact(PLAN, starts[0], starts[0], first=True), month_fact(PLAN, starts[1], starts[1])])
    assert desk.subscriptions()[0].paid_until == day("2026-03-31"), "the refund waits until its payment is named"
    desk.take([named(PLAN, starts[1], starts[1])])
    assert desk.subscriptions()[0].paid_until == starts[1]
    assert desk.status(renewal_id(PLAN.id, "in_ord_m1_202602")) is OrderStatus.REFUNDED


def test_what_the_provider_cancels_ends_and_is_not_asked_of_it_again() -> None:
    desk, start = Desk(PLAN), day("2026-01-31")
    desk.take([month_fact(PLAN, start, start, first=True), plan_cancelled(PLAN, start + timedelta(days=3))])
    assert desk.subscriptions()[0].cancelled_at == start + timedelta(days=3)
    assert desk.subscriptions()[0].renews_at is None
    assert desk.provider == MemoryCancelling()


def test_what_was_decided_here_stays_the_reason_when_the_provider_reports_it_with_a_time_cut_to_the_second() -> None:
    desk, start = Desk(PLAN), day("2026-01-31")
    report = plan_cancelled(PLAN, start + timedelta(days=3))
    decision = replace(
        report,
        provider=DECISION,
        event_id="decision",
        occurred_at=report.occurred_at + timedelta(milliseconds=440),
        reason=ACCOUNT_CLOSED,
    )
    desk.take([month_fact(PLAN, start, start, first=True), decision])
    for _ in range(2):
        settled = desk.orders.get("acc-1", PLAN.id).settlement
        assert settled is not None
        assert (settled.ended_reason, settled.cancelled_at) == (ACCOUNT_CLOSED, decision.occurred_at)
        desk.take([report])


@pytest.mark.clause("M-II.2")
@pytest.mark.parametrize("amount", [PLAN.amount, PLAN.amount - 1])
@pytest.mark.parametrize("paid_first", [True, False])
def test_a_declined_plan_is_charged_no_more_as_soon_as_there_is_anything_to_stop(
    *, paid_first: bool, amount: int
) -> None:
    desk, start = Desk(PLAN), day("2026-01-31")
    when = start + timedelta(days=1 if paid_first else -1)
    declined = decision("acc-1", PLAN.id, FactKind.ORDER_DECLINED, "illegal_use", by=OPERATOR, at=when)
    month = replace(month_fact(PLAN, start, start, first=True), amount=amount)
    for number, fact in enumerate([month, declined] if paid_first else [declined, month]):
        assert desk.provider.asked == 0, "the provider has no plan of a checkout that nobody paid"
        desk.take([fact])
        assert desk.provider.asked == number
    desk.take([named(PLAN, start, start)])
    assert (desk.provider.stopped, desk.provider.asked) == ({PLAN.id}, 1)
    assert desk.orders.get("acc-1", PLAN.id).is_to_settle


def test_months_whose_webhooks_were_lost_are_fed_in_by_the_record_of_their_order_once() -> None:
    desk, starts = Desk(PLAN), naive_months(day("2026-01-31"), 4)
    record = [month_fact(PLAN, each, each, first=number == 0) for number, each in enumerate(starts[:3])]
    desk.take(record[:1])
    stranger = month_fact(storage_order("ord_other", Mode.MONTHLY), starts[1], starts[1])
    compare = CompareRecords(
        MemoryHistory("stripe"), desk.inbox, desk.bookkeeping, TakeInFact(desk.inbox, desk.queue, desk.clock)
    )
    standing = [replace(each, event_id=f"{each.subject}:paid", source_kind="invoice") for each in (*record, stranger)]
    found = [(each.fact.subject, each.verdict, each.fed_in) for each in compare.standing(standing, Seen()).findings]
    assert found == [
        (record[1].subject, Verdict.MISSING, True),
        (record[2].subject, Verdict.MISSING, True),
        (stranger.subject, Verdict.UNATTACHABLE, False),
    ]
    desk.work_off()
    assert desk.subscriptions()[0].paid_until == starts[3]
    assert compare.standing(standing, Seen()).count(Verdict.MISSING) == 0
    desk.work_off()
    assert len([each for each in desk.orders.all("acc-1") if each.storage is not None]) == 3


def test_a_renewal_of_no_order_of_ours_stays_unattached() -> None:
    desk, start = Desk(PLAN), day("2026-01-31")
    desk.take([month_fact(storage_order("ord_other", Mode.MONTHLY), start, start)])
    desk.take([month_fact(an_order("ord-1"), start, start + timedelta(days=1))])
    assert desk.subscriptions() == ()
    assert {each.folded_at for each in desk.inbox.stored.values()} == {None}


def test_cloud_storage_gives_no_membership_and_changes_none() -> None:
    year = storage_order("ord_y1", Mode.YEAR)
    desk = Desk(year)
    desk.take([a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", at(minutes=5), subject="cs_1", account_id="acc-1")])
    before = desk.bookkeeping.periods("acc-1")
    desk.take([paid_in_full(year, at(minutes=10))])
    assert desk.bookkeeping.periods("acc-1") == before
    assert [each.paid_at for each in desk.subscriptions()] == [at(minutes=10)]


def test_a_fold_after_ten_years_reads_one_month_and_writes_a_small_item() -> None:
    desk, starts = Desk(PLAN), naive_months(day("2026-01-31"), 121)
    desk.take([month_fact(PLAN, starts[0], starts[0], first=True)])
    desk.take([month_fact(PLAN, start, start) for start in starts[1:120]])
    last = month_fact(PLAN, starts[120], starts[120])
    desk.take([last])
    assert desk.subscriptions()[0].paid_until == naive_months(day("2026-01-31"), 122)[121]
    assert last.order_id is not None
    books = desk.bookkeeping.open(Owner("acc-1", last.order_id))
    assert ([order.id for order in books.orders], list(books.facts)) == ([last.order_id], [last])
    assert len(msgspec.json.encode(books.subscriptions)) < 1500


STARTS = [day("2026-01-31"), day("2027-12-31"), day("2028-02-29"), day("2026-08-30T23:59:59"), day("2026-03-01")]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_order_and_any_duplicates_of_the_facts_give_what_a_naive_reckoning_gives(data: st.DataObject) -> None:
    start, count = data.draw(st.sampled_from(STARTS)), data.draw(st.integers(1, 6))
    starts = naive_months(start, count + 1)
    outcomes = [data.draw(st.sampled_from(["paid", "retried", "failed", "returned"])) for _ in range(count - 1)]
    cancelled = data.draw(st.none() | st.integers(0, 200))
    facts, good = [month_fact(PLAN, starts[0], starts[0], first=True)], {0}
    for number, outcome in enumerate(outcomes, start=1):
        begun, later = starts[number], starts[number] + timedelta(days=2)
        if outcome in {"failed", "retried"}:
            facts.append(month_fact(PLAN, begun, begun, FactKind.PAYMENT_FAILED))
        if outcome != "failed":
            facts += [month_fact(PLAN, begun, later), named(PLAN, begun, later)]
        if outcome == "returned":
            facts.append(refunded_month(PLAN, begun, later + timedelta(days=1)))
        if outcome in {"paid", "retried"}:
            good.add(number)
    cancelled_at = None if cancelled is None else start + timedelta(days=cancelled)
    if cancelled_at is not None:
        facts.append(plan_cancelled(PLAN, cancelled_at))
    arriving = data.draw(st.permutations([*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=4))]))

    desk = Desk(PLAN)
    desk.take(arriving)

    (found,) = desk.subscriptions()
    assert found.paid_until == starts[max(good) + 1]
    assert len(found.months) == len(good)
    assert (found.anchor, found.cancelled_at) == (start, cancelled_at)
    statuses = {order.status_at(starts[-1]) for order in desk.orders.all("acc-1") if order.storage is not None}
    assert statuses <= {OrderStatus.PAID, OrderStatus.DECLINED, OrderStatus.REFUNDED}
