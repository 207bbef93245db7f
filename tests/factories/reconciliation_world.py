"""Everything that reconciliation touches, in memory, and what a provider has on record."""

from __future__ import annotations

from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.reconciliation.ports import Listing
from allmytracks.payments.reconciliation.rules import Tally
from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords
from allmytracks.payments.reconciliation.use_cases.reconcile_payments import ReconcilePayments
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.accounts import account
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.foundation import FixedClock, MemoryEvents
from tests.fakes.inbox import MemoryInbox
from tests.fakes.orders import MemoryOrders
from tests.fakes.payment_provider import MemoryHistory, MemoryQueue
from tests.fakes.reconciliation import MemoryCheckpoints

PAID = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", at(minutes=5), subject="cs_1", account_id="acc-1")
DECLINED = a_fact(FactKind.PAYMENT_FAILED, "evt_0", at(minutes=4), subject="pi_1", account_id="acc-1")
STRANGE = a_fact(FactKind.DISPUTE_OPENED, "evt_9", at(days=1), None, subject="dp_9", payment="pi_9")


class World:
    """A provider's record beside ours."""

    def __init__(self, *listed: Fact, page_size: int = 100, pages: int = 100) -> None:
        self.accounts, self.orders, self.inbox = MemoryAccounts(), MemoryOrders(), MemoryInbox()
        self.books = MemoryBookkeeping(self.accounts, self.orders, self.inbox)
        self.queue, self.clock = MemoryQueue(), FixedClock(at(days=10))
        self.history = MemoryHistory("stripe", {Listing.EVENTS: list(listed)}, page_size=page_size)
        self.take_in = TakeInFact(self.inbox, self.queue, self.clock)
        self.checkpoints = MemoryCheckpoints()
        compare = CompareRecords(self.history, self.inbox, self.books, self.take_in)
        self.reconcile = ReconcilePayments(compare, self.checkpoints, self.clock, pages)
        self.fold = FoldPayments(self.inbox, self.books, MemoryEvents(), self.clock)
        self.accounts.add(account(), [])
        self.orders.add(an_order())

    def receive(self, *facts: Fact) -> None:
        """Webhooks that arrived, folded."""
        for fact in facts:
            self.take_in(fact)
        self.work_off()

    def work_off(self) -> None:
        """The worker."""
        while self.queue.waiting:
            fact = self.queue.waiting.popleft()
            self.fold(fact.provider, fact.event_id)

    def run(self) -> Tally:
        """One run of the schedule, and the worker after it."""
        told: list[Tally] = []
        self.reconcile(told.append)
        self.work_off()
        return sum(told, Tally())

    def later(self, **span: float) -> None:
        self.clock.advance(**span)

    def status(self) -> OrderStatus:
        return self.orders.get("acc-1", "ord-1").status_at(self.clock.now())
