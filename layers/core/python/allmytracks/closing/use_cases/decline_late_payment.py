"""What is paid for after its account was closed starts nothing, and its money is given back (S-6.5, M-II.2).

An account that is banned cannot sign in and cancel: a plan that is paid for after the ban renews no more (M-V.2).
"""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.closing.ports import Closings
from allmytracks.closing.rules import ClosingStatus
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_BANNED, ACCOUNT_CLOSED
from allmytracks.payments.ledger.use_cases.end_order import decision
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.ports import Orders
from allmytracks.payments.rules import FactKind
from allmytracks.storage.use_cases.end_renewals import EndRenewals

# Of these decisions, as operators have theirs.
CLOSING = "closing"


@dataclass(frozen=True)
class DeclineLatePayment:
    """Declines an order that was paid after the decision to close its account: an operator sees the money to give back.

    A checkout that was open at the closing may still be paid, and a payment may be reported later than the closing: so
    a monthly plan that renews is cancelled whenever it was paid. Idempotent. Raises AccountNotFound, OrderNotFound,
    Unavailable.
    """

    accounts: Accounts
    closings: Closings
    orders: Orders
    end_renewals: EndRenewals
    take_in: TakeInFact
    clock: Clock

    def __call__(self, account_id: str, order_id: str) -> None:
        if self.accounts.get(account_id).status is AccountStatus.BANNED:
            self.end_renewals(account_id, ACCOUNT_BANNED)
        closing = self.closings.get(account_id)
        if closing is None or closing.status is not ClosingStatus.APPROVED or closing.decided_at is None:
            return
        self.end_renewals(account_id, ACCOUNT_CLOSED)
        settled = self.orders.get(account_id, order_id).settlement
        decided_at = closing.decided_at.replace(microsecond=0)  # the provider's times are of whole seconds
        if settled is None or settled.activated_at is None or settled.activated_at < decided_at:
            return
        kind, at = FactKind.ORDER_DECLINED, whole_milliseconds(self.clock.now())
        self.take_in(decision(account_id, order_id, kind, ACCOUNT_CLOSED, by=CLOSING, at=at))
