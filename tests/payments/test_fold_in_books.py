"""Facts arrive in any order, repeated, with concurrent workers: the result is that of the set of facts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.ledger.rules_inbox import Owner, Received, ReceivedStatus
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Books
from allmytracks.payments.rules import Fact, FactKind, FactName
from tests.factories.accounts import account
from tests.factories.payment_histories import History, Naive, histories
from tests.factories.payments import START, a_fact, an_order, at
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.foundation import FixedClock, MemoryEvents
from tests.fakes.inbox import MemoryInbox
from tests.fakes.orders import MemoryOrders

NOW = at(days=30)


@dataclass
class Interrupted(MemoryBookkeeping):
    """A store whose worker is interrupted by another one's complete fold, at every point that matters."""

    interrupt: Callable[[], None] = field(default=lambda: None)

    def attach(self, owner: Owner, fact: Fact) -> Sequence[FactName]:
        waiting = super().attach(owner, fact)
        self.interrupt()
        return waiting

    def open(self, owner: Owner) -> Books:
        books = super().open(owner)
        self.interrupt()
        return books

    def wait(self, fact: Fact) -> bool:
        self.interrupt()
        return super().wait(fact)


class World:
    """One account and its worker; `plan` says at which interruptions the next delivery is worked in between."""

    def __init__(self, orders: Sequence[Order], deliveries: Sequence[Fact], plan: Sequence[bool] = ()) -> None:
        self.plan, self.deliveries = deque(plan), deque(deliveries)
        self.orders, self.inbox = MemoryOrders(), MemoryInbox()
        accounts = MemoryAccounts()
        accounts.add(account(), [])
        for order in orders:
            self.orders.add(order)
        self.books = Interrupted(accounts, self.orders, self.inbox, interrupt=self.work_in_between)
        self.fold = FoldPayments(self.inbox, self.books, MemoryEvents(), FixedClock(NOW))
        for fact in deliveries:
            self.inbox.put(Received(fact, NOW))

    def work_in_between(self) -> None:
        if self.plan and self.plan.popleft() and self.deliveries:
            self.work()

    def work(self) -> None:
        fact = self.deliveries.popleft()
        self.fold(fact.provider, fact.event_id)

    def work_off(self) -> None:
        while self.deliveries:
            self.work()

    def assert_state_of(self, orders: Sequence[Order], facts: Sequence[Fact]) -> None:
        wanted = fold(orders, facts)
        stored = {order.id: self.orders.stored[order.id].settlement for order in orders}
        assert stored == {order.id: wanted.settlements.get(order.id) for order in orders}
        assert self.books.periods("acc-1") == wanted.periods
        running = tuple(period for period in wanted.periods if period.ends_at > NOW)
        assert self.books.allowances.get("acc-1", ()) == running


@settings(max_examples=150)
@given(histories(), st.data())
def test_any_arrival_and_interruption_ends_in_the_state_of_the_set(history: History, data: st.DataObject) -> None:
    orders, facts = history
    repeated = data.draw(st.lists(st.sampled_from(facts), max_size=4)) if facts else []
    deliveries = data.draw(st.permutations(facts + repeated))
    world = World(orders, deliveries, data.draw(st.lists(st.booleans(), max_size=30)))

    world.work_off()

    world.assert_state_of(orders, facts)
    naive = Naive(orders, facts)
    known = {fact.event_id for order in orders for fact in naive.of(order)}
    for (_, event_id), received in world.inbox.stored.items():
        folded = received.status is ReceivedStatus.FOLDED
        assert folded == (event_id in known)
        assert folded or received.status is ReceivedStatus.UNATTACHED


PAID = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", START, subject="cs_1")
REFUNDED = a_fact(FactKind.REFUND_SUCCEEDED, "evt_2", at(days=1), subject="re_1")
SENT_BACK = replace(REFUNDED, event_id="evt_3", kind=FactKind.REFUND_FAILED)


def test_a_fact_without_effect_still_stops_a_worker_that_has_not_seen_it() -> None:
    """The refund's fold read before the failure was folded, which changed nothing as no refund was folded yet."""
    world = World([an_order()], [PAID, REFUNDED, SENT_BACK], [False] * 3 + [True])

    world.work_off()

    world.assert_state_of([an_order()], [PAID, REFUNDED, SENT_BACK])


def test_a_payment_that_is_claimed_for_two_orders_is_decided_by_the_provider_s_time_alone() -> None:
    """No provider should do that; if one does, arrival must not decide. From then on everything is read."""
    orders = [an_order("ord-1"), an_order("ord-2")]
    first = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", START, "ord-1", subject="cs_1", payment="pi")
    second = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_2", at(days=1), "ord-2", subject="cs_2", payment="pi")
    refund = a_fact(FactKind.REFUND_SUCCEEDED, "evt_3", at(days=2), subject="re_1", payment="pi")
    facts = [first, second, refund]
    for deliveries in ([first, second, refund], [second, refund, first], [refund, second, first]):
        world = World(orders, deliveries)
        world.work_off()
        world.assert_state_of(orders, facts)
        assert world.books.whole == {"acc-1"}
