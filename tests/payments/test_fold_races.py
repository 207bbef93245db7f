"""Several workers on one account's facts at once, on the real DynamoDB: the state is that of the set of facts."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.errors import Unavailable
from allmytracks.memberships.dynamodb import DynamoMemberships
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.ledger.rules_inbox import Owner, Received
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.ports import Bookkeeping, Books
from allmytracks.payments.rules import Fact, FactKind, FactName
from tests.factories.accounts import account
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.foundation import FixedClock, MemoryEvents

WORKERS = 8
ORDERS = [f"ord-{number}" for number in range(6)]
NOW = at(days=50)
pytestmark = pytest.mark.dynamodb


def history() -> list[Fact]:
    """Payments of all orders, refunds, lost and won disputes; some wait for the payment that they name."""
    facts = [
        a_fact(FactKind.PAYMENT_SUCCEEDED, f"evt_{name}", at(days=number), name, subject=f"cs_{name}")
        for number, name in enumerate(ORDERS)
    ]
    facts.append(a_fact(FactKind.REFUND_SUCCEEDED, "evt_r", at(days=9), "ord-0", subject="re_0"))
    facts.append(a_fact(FactKind.CHARGE_REFUNDED, "evt_c", at(days=9), "ord-0", subject="ch_0"))
    for kind, name, event_id in (
        (FactKind.DISPUTE_OPENED, "ord-1", "evt_d1"),
        (FactKind.DISPUTE_LOST, "ord-1", "evt_d2"),
        (FactKind.DISPUTE_OPENED, "ord-2", "evt_d3"),
        (FactKind.DISPUTE_WON, "ord-2", "evt_d4"),
    ):
        facts.append(a_fact(kind, event_id, at(days=12), name, subject=f"dp_{name}"))
    # A dispute that names a charge alone: only the charge's own event says which payment it is of.
    charged = a_fact(FactKind.CHARGE_REFUNDED, "evt_c3", at(days=13), "ord-3", subject="ch_3", amount=500)
    disputed = a_fact(FactKind.DISPUTE_LOST, "evt_d5", at(days=14), "ord-3", subject="dp_3", payment="ch_3")
    facts += [replace(charged, references=("pi_ord-3", "ch_3")), disputed]
    return facts


class Meeting(DynamoBookkeeping):
    """A store that every worker reads, each with one more fact, before the first of them writes."""

    def __init__(self, accounts: Table, counters: Table) -> None:
        super().__init__(accounts, counters)
        self._all_here = threading.Barrier(len(ORDERS))
        self._met = threading.local()
        self._turns = itertools.count()

    def attach(self, owner: Owner, fact: Fact) -> Sequence[FactName]:
        time.sleep(0.1 * next(self._turns))
        return super().attach(owner, fact)

    def open(self, owner: Owner) -> Books:
        books = super().open(owner)
        if not hasattr(self._met, "once"):
            self._met.once = True
            self._all_here.wait(timeout=240)
        return books


def until_done(work: Callable[[], None]) -> None:
    """What SQS does with a message that fails: again, later."""
    for _ in range(200):
        try:
            return work()
        except Unavailable:
            continue
    raise AssertionError("the message never succeeded")


class World:
    """One account with its orders and the facts in its inbox."""

    def __init__(
        self, accounts_table: Table, counters_table: Table, facts: Sequence[Fact], business: str | None = None
    ) -> None:
        self.placed = [an_order(name, plan_id="business" if name == business else "premium") for name in ORDERS]
        self.accounts_table, self.counters_table, self.facts = accounts_table, counters_table, facts
        DynamoAccounts(accounts_table).add(account(), [])
        self.orders, self.inbox = DynamoOrders(accounts_table), DynamoInbox(accounts_table)
        for order in self.placed:
            self.orders.add(order)
        for fact in facts:
            self.inbox.put(Received(fact, NOW))

    def work(self, books: Bookkeeping, deliveries: Sequence[Fact], threads: int) -> None:
        worker = FoldPayments(self.inbox, books, MemoryEvents(), FixedClock(NOW))
        with ThreadPoolExecutor(threads) as pool:
            waiting = [pool.submit(until_done, partial(worker, fact.provider, fact.event_id)) for fact in deliveries]
            for each in waiting:
                each.result()

    def assert_folded(self) -> None:
        wanted = fold(self.placed, self.facts)
        assert DynamoAccounts(self.accounts_table).get("acc-1").enterprise_from == wanted.enterprise_from
        assert {order.id: order.settlement for order in self.orders.all("acc-1")} == wanted.settlements
        assert DynamoMemberships(self.accounts_table).periods("acc-1") == wanted.periods
        allowance = bind(AllowanceItem, self.counters_table).get(allowance_key("acc-1"))
        assert allowance.periods == [period for period in wanted.periods if period.ends_at > NOW]


@pytest.mark.clause("U-II.III.1.4")
@pytest.mark.parametrize(("seed", "business"), [(1, None), (2, None), (3, "ord-2"), (4, "ord-0"), (5, "ord-5")])
def test_workers_that_race_end_in_the_state_of_all_facts(
    accounts_table: Table, counters_table: Table, seed: int, business: str | None
) -> None:
    """One of the orders may be for an enterprise: a later one for individuals starts nothing."""
    facts = history()
    deliveries = facts + random.Random(seed).sample(facts, 4)  # noqa: S311 - a shuffle that can be repeated
    random.Random(seed).shuffle(deliveries)  # noqa: S311 - as above
    world = World(accounts_table, counters_table, facts, business)

    world.work(DynamoBookkeeping(accounts_table, counters_table), deliveries, WORKERS)

    world.assert_folded()


def test_workers_that_all_read_before_the_first_wrote_lose_nothing(
    accounts_table: Table, counters_table: Table
) -> None:
    payments = history()[: len(ORDERS)]
    world = World(accounts_table, counters_table, payments)

    world.work(Meeting(accounts_table, counters_table), payments, len(ORDERS))

    world.assert_folded()
