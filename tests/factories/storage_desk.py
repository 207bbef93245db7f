"""A home whose devices are paid for: orders, payments and cancellations of cloud storage, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.payments.ledger.use_cases.add_renewal import AddRenewal
from allmytracks.payments.ledger.use_cases.carry_out_cancellation import CarryOutCancellation
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_starts import Start
from allmytracks.payments.orders.rules_storage import Mode, subscription_id_of
from allmytracks.payments.orders.use_cases.confirm_order import Confirmation
from allmytracks.payments.rules import Fact, FactKind
from allmytracks.storage.use_cases.cancel_subscription import Cancelled
from allmytracks.storage.use_cases.order_storage import StorageRequest
from tests.factories.accounts import agreement_publication
from tests.factories.storage import ACCEPT, Home
from tests.factories.storage_packages import packages_publication
from tests.factories.subscriptions import paid_in_full
from tests.fakes.accounts import MemoryBillingParticulars
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.foundation import MemoryEvents
from tests.fakes.inbox import MemoryInbox
from tests.fakes.orders import MemoryOrderOwners, MemoryOrders
from tests.fakes.payment_provider import MemoryProvider, MemoryQueue
from tests.fakes.subscriptions import MemoryCancelling
from tests.fakes.wiring import put

__all__ = ["ACCEPT", "StorageDesk"]


class StorageDesk:
    """One device of acc-1, a package of 30 days on sale, and the worker of payments."""

    def __init__(self) -> None:
        self.home = Home()
        self.accounts, self.clock = self.home.accounts, self.home.clock
        self.orders, self.inbox = MemoryOrders(), MemoryInbox()
        self.books = MemoryBookkeeping(self.accounts, self.orders, self.inbox)
        self.events, self.queue, self.provider = MemoryEvents(), MemoryQueue(), MemoryCancelling()
        self.home.publications.publish(packages_publication())
        self.services = self.home.services
        owners = MemoryOrderOwners(self.orders)
        put(
            self.services,
            {
                "publishing.fresh_publications": self.home.publications,
                "accounts.billing": MemoryBillingParticulars(),
                "payments.orders.repository": self.orders,
                "payments.orders.owners": owners,
                "memberships.repository": self.books,
                "payments.stripe.provider": MemoryProvider(),
                "payments.ledger.inbox": self.inbox,
                "payments.ledger.bookkeeping": self.books,
                "payments.ledger.queue": self.queue,
                "payments.ledger.subscriptions": self.books.subscriptions,
                "foundation.events": self.events,
            },
        )
        self.work = FoldPayments(
            self.inbox,
            self.books,
            self.events,
            self.clock,
            AddRenewal(owners, self.orders),
            CarryOutCancellation(self.provider, self.books),
        )
        self.device = self.home.claim()

    def order(
        self,
        mode: Mode,
        *,
        package: str = "month",
        currency: str | None = None,
        device_id: str | None = None,
        accept: Sequence[Accepted] = ACCEPT,
        start: Start = Start.AFTER_RUNNING,
        key: str | None = None,
    ) -> Order:
        """A quote for the device."""
        device = device_id or self.device.device_id
        wish = StorageRequest("acc-1", device, package, mode, accept, "192.0.2.7", currency, key, start)
        return self.services.storage.order(wish).order

    def confirm(self, order: Order, *accept: Accepted) -> Order:
        """The buyer confirms the quote."""
        wish = Confirmation("acc-1", order.id, order.amount, order.currency, "192.0.2.7", accept)
        return self.services.payments.orders.confirm(wish)

    def pay(self, order: Order) -> datetime:
        """The payment of a package that is paid in full arrives now."""
        self.take(paid_in_full(order, self.clock.now()))
        return self.clock.now()

    def take(self, *facts: Fact) -> None:
        """What the provider reports, folded by the worker."""
        for fact in facts:
            self.services.payments.ledger.take_in_fact(fact)
        self.work_off()

    def work_off(self) -> None:
        """The worker empties its queue."""
        while self.queue.waiting:
            fact = self.queue.waiting.popleft()
            self.work(fact.provider, fact.event_id)

    def refund(self, order: Order, amount: int, name: str = "re_by_hand") -> None:
        """The provider reports a refund of a part of the payment."""
        self.take(
            Fact(
                provider="stripe",
                event_id=f"evt_{name}",
                occurred_at=self.clock.now(),
                kind=FactKind.REFUND_SUCCEEDED,
                source_kind="refund.created",
                references=(f"pi_{order.id}",),
                subject=name,
                amount=amount,
                currency=order.currency,
            )
        )

    def preview(self, order: Order) -> Cancelled:
        """What the member sees before."""
        return self.services.storage.cancel_subscription.preview("acc-1", subscription_id_of(order.id))

    def cancel(self, order: Order) -> Cancelled:
        """The member cancels, and the worker does what follows."""
        done = self.services.storage.cancel_subscription("acc-1", subscription_id_of(order.id))
        self.work_off()
        return done

    def work_again(self, order: Order) -> None:
        """Every fact of the order is folded once more, as after a replay."""
        for fact in self.facts():
            if fact.order_id == order.id:
                self.work(fact.provider, fact.event_id)

    def facts(self) -> Sequence[Fact]:
        """All facts of acc-1."""
        return self.books.facts("acc-1")

    def publish_prices(self, *, monthly: int, year: int = 9900, currency: str = "USD") -> None:
        """Another list comes into force now."""
        version, now = f"v-{currency}-{monthly}", self.clock.now()
        self.home.publications.publish(
            packages_publication(version, now, monthly=monthly, year=year, currency=currency)
        )
        self.clock.advance(seconds=timedelta(seconds=1).seconds)

    def publish_agreement(self, version: str) -> None:
        """A newer agreement comes into force now."""
        self.home.publications.publish(agreement_publication("cloud-agreement", version, self.clock.now()))
