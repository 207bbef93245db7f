"""The webhook's function and the worker while AWS fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.events import Event
from allmytracks.memberships.dynamodb import DynamoMemberships
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.receive_webhook import ReceiveWebhook
from allmytracks.payments.ledger.use_cases.sweep_inbox import SweepInbox
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.accounts import account
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.foundation import FixedClock
from tests.fakes.payment_provider import MemoryProvider
from tests.faults.injector import FallibleCalls, Killed
from tests.faults.site import DownloadSite

MOST_TRIES = 6


@dataclass
class FallibleQueue:
    """The payments queue; its messages are delivered until they are processed."""

    calls: FallibleCalls
    waiting: deque[Fact]

    def send(self, fact: Fact) -> None:
        self.calls.send("SendMessage", lambda: self.waiting.append(fact))

    def send_again(self, fact: Fact, occasion: str) -> None:  # noqa: ARG002 - the port's signature
        self.send(fact)


@dataclass
class FallibleBus:
    """The event bus."""

    calls: FallibleCalls
    published: list[Event]

    def publish(self, events: Sequence[Event]) -> None:
        self.calls.send("PutEvents", lambda: self.published.extend(events))


@dataclass
class Payments:
    """The webhook's function and the worker, on real tables; queue and bus are lists."""

    site: DownloadSite
    number: int = 0

    def new_order(self) -> tuple[str, Fact]:
        """An account with an order, and the provider's event that it was paid."""
        self.number += 1
        account_id, order_id = f"payer-{self.number}", f"ord-{self.number}"
        self.accounts.add(account(account_id), [])
        self.orders.add(an_order(order_id, account_id=account_id))
        fact = a_fact(FactKind.PAYMENT_SUCCEEDED, f"evt-{self.number}", at(minutes=5), order_id, account_id=account_id)
        return account_id, fact

    def start(self) -> None:
        """The state of one process, without queue and bus."""
        accounts, counters = self.site.tables["accounts_table"], self.site.tables["counters_table"]
        clock = FixedClock(at(minutes=6))
        self.accounts, self.orders = DynamoAccounts(accounts), DynamoOrders(accounts)
        self.memberships, self.inbox = DynamoMemberships(accounts), DynamoInbox(accounts)
        self.stored = DynamoInbox(Table(accounts.name, self.site.address))
        self.queue = FallibleQueue(self.site.injector, deque())
        self.bus = FallibleBus(self.site.injector, [])
        self.receive = ReceiveWebhook({"stripe": MemoryProvider()}, TakeInFact(self.inbox, self.queue, clock))
        books = DynamoBookkeeping(accounts, counters)
        self.fold = FoldPayments(self.inbox, books, self.bus, clock)
        self.sweep_inbox = SweepInbox(self.inbox, books, self.queue, clock)

    def sweep(self) -> None:
        """What the schedule does."""
        self.sweep_inbox()


def patiently(act: Callable[[], object]) -> None:
    """The provider posts again, and the queue delivers again, until it went well."""
    for _ in range(MOST_TRIES):
        try:
            act()
        except (Unavailable, Killed):
            continue
        return
    raise AssertionError(f"did not go well in {MOST_TRIES} tries")
