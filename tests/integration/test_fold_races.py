"""Several workers on one account's facts at once, on the real DynamoDB: the state is that of the set of facts."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from allmytracks.adapters.accounts import DynamoAccounts
from allmytracks.adapters.allowance_item import AllowanceItem, allowance_key, to_periods
from allmytracks.adapters.bookkeeping import DynamoBookkeeping
from allmytracks.adapters.dynamodb import Table, bind
from allmytracks.adapters.events import MemoryEvents
from allmytracks.adapters.inbox import DynamoInbox
from allmytracks.adapters.memberships import DynamoMemberships
from allmytracks.adapters.orders import DynamoOrders
from allmytracks.adapters.time_and_ids import FixedClock
from allmytracks.domain.errors import Unavailable
from allmytracks.domain.orders import OrderNotKnown
from allmytracks.domain.payments import Fact, FactKind, fold
from allmytracks.ports.payments import Received
from allmytracks.services.fold_payments import FoldPayments
from tests.payment_samples import a_fact, an_order, at
from tests.samples import account

WORKERS = 8
ORDERS = [f"ord-{number}" for number in range(4)]
NOW = at(days=50)
pytestmark = pytest.mark.dynamodb


def history() -> list[Fact]:
    """Payments of all orders, a refund, a lost and a won dispute."""
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
    return facts


def until_done(work: Callable[[], None]) -> None:
    """What SQS does with a message that fails: again, later."""
    for _ in range(200):
        try:
            return work()
        except (OrderNotKnown, Unavailable):
            continue
    raise AssertionError("the message never succeeded")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_workers_that_race_end_in_the_state_of_all_facts(
    accounts_table: Table, counters_table: Table, seed: int
) -> None:
    DynamoAccounts(accounts_table).add(account(), [])
    orders, inbox, events = DynamoOrders(accounts_table), DynamoInbox(accounts_table), MemoryEvents()
    for name in ORDERS:
        orders.add(an_order(name))
    facts = history()
    for fact in facts:
        inbox.put(Received(fact, NOW))
    deliveries = facts + random.Random(seed).sample(facts, 4)  # noqa: S311 - a shuffle that can be repeated
    random.Random(seed).shuffle(deliveries)  # noqa: S311 - as above
    worker = FoldPayments(inbox, DynamoBookkeeping(accounts_table, counters_table), events, FixedClock(NOW))
    worker.inbox.get("stripe", "nothing")  # one client for all threads, made before they start

    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = [pool.submit(until_done, partial(worker, fact.provider, fact.event_id)) for fact in deliveries]
        for each in waiting:
            each.result()

    wanted = fold([an_order(name) for name in ORDERS], facts)
    assert {order.id: order.settlement for order in orders.all("acc-1")} == wanted.settlements
    assert DynamoMemberships(accounts_table).periods("acc-1") == wanted.periods
    allowance = bind(AllowanceItem, counters_table).get(allowance_key("acc-1"))
    assert to_periods(allowance.periods) == [period for period in wanted.periods if period.ends_at > NOW]
