"""One more payment fact of an account, as its history grows: what the fold reads and writes, and its CPU."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.foundation.aws.models import Table
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.rules_inbox import Owner, Received
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.rules import Fact, FactKind
from tests.bench.recorder import Recorder
from tests.bench.requests import Cost, seen
from tests.bench.world import World
from tests.factories.accounts import account
from tests.factories.payments import START, a_fact, an_order
from tests.fakes.foundation import FixedClock, MemoryEvents

FACTS_AN_ORDER = 3
TIMES = 9

_accounts = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Folding:
    """What one more fact costs after so many; `milliseconds` of process CPU, the median of a few."""

    facts: int
    cost: Cost
    milliseconds: float


class Payer:
    """An account that pays every month, and the worker that folds its payment facts."""

    def __init__(self) -> None:
        accounts, counters = Table("AccountsTable"), Table("CountersTable")
        self.id = f"payer-{next(_accounts)}"
        self.clock = FixedClock(START)
        self.orders, self.inbox = DynamoOrders(accounts), DynamoInbox(accounts)
        self.books = DynamoBookkeeping(accounts, counters)
        self._fold = FoldPayments(self.inbox, self.books, MemoryEvents(), self.clock)
        self._events = itertools.count()
        DynamoAccounts(accounts).add(account(self.id), [])

    def fact(self, kind: FactKind, order_id: str, amount: int) -> Fact:
        """The next thing that is reported of an order."""
        number = next(self._events)
        occurred_at = self.clock.now() + timedelta(seconds=number)
        event_id = f"evt_{self.id}_{number}"
        made = a_fact(kind, event_id, occurred_at, order_id, amount=amount, account_id=self.id)
        return replace(made, subject=event_id)

    def buy(self, month: int) -> str:
        """One order with its facts: awaited, paid, a part given back; folded once."""
        order_id = f"ord_{self.id}_{month:05}"
        self.clock.at = START + timedelta(days=30 * month)
        self.orders.add(an_order(order_id, account_id=self.id, quoted_at=self.clock.now()))
        owner = Owner(self.id, order_id)
        kinds = ((FactKind.PAYMENT_AWAITED, 1990), (FactKind.PAYMENT_SUCCEEDED, 1990))
        for kind, amount in kinds:
            self.books.attach(owner, self.fact(kind, order_id, amount))
        self.take(self.fact(FactKind.REFUND_SUCCEEDED, order_id, 1))
        return order_id

    def take(self, fact: Fact) -> bool:
        """Folds one fact, as the worker does."""
        self.inbox.put(Received(fact, self.clock.now()))
        return self.fold(fact)

    def fold(self, fact: Fact) -> bool:
        """Folds all events of the inbox."""
        self._fold(fact.provider, fact.event_id)
        return True


def foldings(world: World, recorder: Recorder, histories: Sequence[int], advance: Callable[[], None]) -> list[Folding]:
    """One more fact of the newest order, for accounts with so many facts before."""
    found = []
    for facts in histories:
        payer = Payer()
        order_id = ""
        for month in range(max(1, facts // FACTS_AN_ORDER)):
            order_id = payer.buy(month)
        waiting = [payer.fact(FactKind.REFUND_SUCCEEDED, order_id, 1) for _ in range(TIMES + 1)]
        for fact in waiting:
            payer.inbox.put(Received(fact, payer.clock.now()))
        cost = seen(f"one more fact after {facts:,}", world, recorder, lambda: payer.fold(waiting[0]), bool)  # noqa: B023 - called at once
        found.append(Folding(facts, cost, statistics.median(_milliseconds(payer, fact) for fact in waiting[1:])))
        advance()
    return found


def _milliseconds(payer: Payer, fact: Fact) -> float:
    began = time.process_time()
    payer.fold(fact)
    return (time.process_time() - began) * 1000
