"""Everything that an order touches, in memory."""

from __future__ import annotations

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.use_cases.confirm_order import Confirmation, ConfirmOrder
from allmytracks.payments.orders.use_cases.create_order import CreateOrder, OrderRequest
from tests.factories.accounts import account, agreement_publication
from tests.factories.instants import NOW
from tests.factories.memberships import plans_publication
from tests.fakes.accounts import MemoryAccounts, MemoryBillingParticulars
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import CountedIds, FixedClock
from tests.fakes.memberships import MemoryMemberships
from tests.fakes.orders import MemoryOrders
from tests.fakes.payment_provider import MemoryProvider
from tests.fakes.publishing import MemoryPublications

CURRENT = Accepted("premium-agreement", "2026-11-01")
REQUEST = OrderRequest("acc-1", "premium", "month", [CURRENT], "192.0.2.7")


class World:
    """Everything that an order touches, in memory."""

    def __init__(self) -> None:
        self.orders, self.accounts, self.provider = MemoryOrders(), MemoryAccounts(), MemoryProvider()
        self.publications = MemoryPublications([plans_publication(), agreement_publication("premium-agreement")])
        self.clock = FixedClock(NOW)
        self.accounts.add(account(), [])
        self.accounts.add(account("acc-2"), [])
        self.billing, self.standings = MemoryBillingParticulars(), MemoryStandings(self.accounts)
        self.memberships = MemoryMemberships()
        self.create = CreateOrder(
            orders=self.orders,
            accounts=self.accounts,
            restrictions=self.standings,
            billing=self.billing,
            memberships=self.memberships,
            publications=self.publications,
            clock=self.clock,
            ids=CountedIds(),
        )
        self.confirming = ConfirmOrder(
            self.orders, self.accounts, self.standings, self.publications, self.provider, self.memberships, self.clock
        )

    def confirm(self, account_id: str, order_id: str, amount: int, currency: str, *accept: Accepted) -> Order:
        return self.confirming(Confirmation(account_id, order_id, amount, currency, "192.0.2.8", accept))
