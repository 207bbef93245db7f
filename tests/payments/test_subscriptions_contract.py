"""Subscriptions of cloud storage in the ledger's books: the fake and DynamoDB alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.dynamodb_subscriptions import DynamoSubscriptions
from allmytracks.payments.ledger.use_cases.add_renewal import AddRenewal
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.orders.dynamodb_owners import DynamoOrderOwners
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.ports import Bookkeeping, Inbox, OrderOwners, Orders, Subscriptions
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.accounts import account
from tests.factories.payments import START, at
from tests.factories.subscriptions import month_fact, paid_in_full, storage_order
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.foundation import FixedClock, MemoryEvents
from tests.fakes.inbox import MemoryInbox
from tests.fakes.orders import MemoryOrderOwners, MemoryOrders
from tests.fakes.payment_provider import MemoryQueue

PLAN, YEAR = storage_order("ord_m1", Mode.MONTHLY), storage_order("ord_y1", Mode.YEAR, device_id="dev_2")
WEEK = timedelta(days=7)


@dataclass
class Stores:
    """One set of adapters over the same data."""

    orders: Orders
    owners: OrderOwners
    inbox: Inbox
    books: Bookkeeping
    subscriptions: Subscriptions
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))

    def take(self, *facts: Fact) -> None:
        clock = self.clock
        take_in = TakeInFact(self.inbox, MemoryQueue(), clock)
        fold = FoldPayments(self.inbox, self.books, MemoryEvents(), clock, AddRenewal(self.owners, self.orders))
        for fact in facts:
            take_in(fact)
            fold(fact.provider, fact.event_id)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        accounts, orders, inbox = MemoryAccounts(), MemoryOrders(), MemoryInbox()
        accounts.add(account(), [])
        books = MemoryBookkeeping(accounts, orders, inbox)
        made = Stores(orders, MemoryOrderOwners(orders), inbox, books, books.subscriptions)
    else:
        table, counters = request.getfixturevalue("accounts_table"), request.getfixturevalue("counters_table")
        DynamoAccounts(table).add(account(), [])
        made = Stores(
            DynamoOrders(table),
            DynamoOrderOwners(table),
            DynamoInbox(table),
            DynamoBookkeeping(table, counters),
            DynamoSubscriptions(table),
        )
    for order in (PLAN, YEAR):
        made.orders.add(order)
    return made


def test_an_order_keeps_its_package_and_a_settlement_what_is_to_be_given_back(stores: Stores) -> None:
    assert stores.orders.get("acc-1", PLAN.id) == PLAN
    assert stores.subscriptions.of("acc-1") == ()
    stores.take(paid_in_full(YEAR, at(days=1)))
    (found,) = stores.subscriptions.of("acc-1")
    assert (found.mode, found.device_id, found.paid_at) == (Mode.YEAR, "dev_2", at(days=1))
    assert stores.orders.get("acc-1", YEAR.id).settlement is not None


def test_months_are_added_to_the_one_subscription(stores: Stores) -> None:
    stores.take(month_fact(PLAN, at(days=31), at(days=31)), paid_in_full(YEAR, at(days=1)))
    stores.take(month_fact(PLAN, START, START, first=True))
    plan, year = stores.subscriptions.of("acc-1")
    assert (plan.anchor, len(plan.months), plan.package) == (START, 2, "month")
    assert year.paid_at == at(days=1)
    renewal = next(each for each in stores.orders.all("acc-1") if each.storage and each.storage.renews)
    assert renewal.storage == replace(PLAN.storage, renews=PLAN.id) if PLAN.storage else False
    assert renewal.settlement is not None
    assert renewal.settlement.covers_from == at(days=31)


def test_an_account_is_listed_seven_days_before_its_next_renewal(stores: Stores) -> None:
    stores.take(month_fact(PLAN, START, START, first=True))
    renews_at = at(days=31)
    assert list(stores.subscriptions.due(renews_at - WEEK - timedelta(milliseconds=1))) == []
    [due] = stores.subscriptions.due(renews_at - WEEK)
    assert (due.account_id, due.due_at) == ("acc-1", renews_at - WEEK)
    stores.subscriptions.set_next(replace(due, due_at=START), None)
    assert list(stores.subscriptions.due(renews_at)) == [due], "what was read before is another one by now"
    stores.subscriptions.set_next(due, renews_at)
    [later] = stores.subscriptions.due(renews_at)
    assert later.due_at == renews_at
    stores.subscriptions.set_next(later, None)
    assert list(stores.subscriptions.due(renews_at)) == []
    stores.take(month_fact(PLAN, renews_at, renews_at))
    [again] = stores.subscriptions.due(at(days=90))
    assert again.due_at == at(days=59) - WEEK


def test_what_is_past_due_is_listed_while_it_is(stores: Stores) -> None:
    renews_at, hour = at(days=31), timedelta(hours=1)
    stores.take(month_fact(PLAN, START, START, first=True))
    [due] = stores.subscriptions.due(renews_at)
    stores.subscriptions.set_next(due, renews_at)
    assert list(stores.subscriptions.past_due(renews_at - timedelta(milliseconds=1))) == []
    [found] = stores.subscriptions.past_due(renews_at)
    assert (found.account_id, found.plan.order_id, found.since) == ("acc-1", PLAN.id, renews_at)
    [due] = stores.subscriptions.due(renews_at)
    stores.subscriptions.set_next(due, renews_at + hour)
    assert list(stores.subscriptions.past_due(renews_at + timedelta(minutes=1))) == [found]
    stores.clock.at = renews_at + hour
    stores.take(month_fact(PLAN, renews_at, renews_at, FactKind.PAYMENT_FAILED))
    assert list(stores.subscriptions.past_due(renews_at + hour)) == [found], "a fold keeps it listed"
    assert list(stores.subscriptions.past_due(renews_at + WEEK)) == []
    stores.take(month_fact(PLAN, renews_at, renews_at))
    assert list(stores.subscriptions.past_due(renews_at + hour)) == []
