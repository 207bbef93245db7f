"""Everything that a payment touches, in memory, and the facts of two orders."""

from __future__ import annotations

from allmytracks.notices.use_cases.notify_of_order import NotifyMember
from allmytracks.payments.ledger.rules_inbox import ReceivedStatus
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.receive_webhook import ReceiveWebhook
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.accounts import account
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.foundation import FixedClock, MemoryEvents, MemoryMailer
from tests.fakes.inbox import MemoryInbox
from tests.fakes.notices import MemoryNotices
from tests.fakes.orders import MemoryOrders
from tests.fakes.payment_provider import MemoryProvider, MemoryQueue

PAID = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", at(minutes=5), subject="cs_1", account_id="acc-1")
REFUNDED = a_fact(FactKind.REFUND_SUCCEEDED, "evt_2", at(days=3), subject="re_1")
PAID_NEXT = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_3", at(days=1), "ord-2", subject="cs_2", account_id="acc-1")


class World:
    """Everything that a payment touches, in memory."""

    def __init__(self) -> None:
        self.accounts, self.orders, self.inbox = MemoryAccounts(), MemoryOrders(), MemoryInbox()
        self.bookkeeping = MemoryBookkeeping(self.accounts, self.orders, self.inbox)
        self.queue, self.events, self.mailer, self.notices = (
            MemoryQueue(),
            MemoryEvents(),
            MemoryMailer(),
            MemoryNotices(),
        )
        self.clock = FixedClock(at(days=20))
        self.accounts.add(account(), [])
        self.orders.add(an_order("ord-1"))
        self.orders.add(an_order("ord-2"))
        self.receive = ReceiveWebhook({"memory": MemoryProvider()}, TakeInFact(self.inbox, self.queue, self.clock))
        self.fold = FoldPayments(self.inbox, self.bookkeeping, self.events, self.clock)
        self.notify = NotifyMember(
            self.accounts, self.orders, self.bookkeeping, self.notices, self.mailer, self.clock, "https://site.example"
        )

    def webhook(self, fact: Fact) -> None:
        self.receive("memory", *MemoryProvider.signed(fact))

    def work_off(self) -> None:
        """Folds the queued events, as the worker does."""
        while self.queue.waiting:
            fact = self.queue.waiting.popleft()
            self.fold(fact.provider, fact.event_id)

    def state(self) -> object:
        return (
            sorted((order.id, order.settlement, order.announced) for order in self.orders.all("acc-1")),
            self.bookkeeping.periods("acc-1"),
            self.bookkeeping.allowances.get("acc-1"),
        )

    def statuses(self) -> set[ReceivedStatus]:
        """The status of the events in the inbox."""
        return {each.status for each in self.inbox.stored.values()}

    def status(self, order_id: str) -> OrderStatus:
        return self.orders.get("acc-1", order_id).status_at(self.clock.now())
