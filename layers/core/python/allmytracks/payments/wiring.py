"""Composes the parts of payments."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.ports import Restrictions
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.payments.ledger.wiring import LedgerServices
    from allmytracks.payments.orders.wiring import OrderServices
    from allmytracks.payments.reconciliation.wiring import ReconciliationServices
    from allmytracks.payments.stripe.wiring import StripeServices
    from allmytracks.publishing.wiring import PublishingServices


class PaymentServices:
    """Orders, the ledger of payment facts, its reconciliation, and the payment provider.

    `restrictions` provides the port for an account's restriction, which a later capability implements.
    """

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        memberships: MembershipServices,
        restrictions: Callable[[], Restrictions],
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._memberships = memberships
        self._restrictions = restrictions

    @cached_property
    def stripe(self) -> StripeServices:
        from allmytracks.payments.stripe.wiring import StripeServices

        return StripeServices(self._foundation)

    @cached_property
    def orders(self) -> OrderServices:
        from allmytracks.payments.orders.wiring import OrderServices

        return OrderServices(
            self._foundation, self._publishing, self._accounts, self._memberships, self.stripe, self._restrictions
        )

    @cached_property
    def ledger(self) -> LedgerServices:
        from allmytracks.payments.ledger.wiring import LedgerServices

        return LedgerServices(self._foundation, self._accounts, self._memberships, self.stripe, self.orders)

    @cached_property
    def reconciliation(self) -> ReconciliationServices:
        from allmytracks.payments.reconciliation.wiring import ReconciliationServices

        return ReconciliationServices(self._foundation, self.stripe, self.orders, self.ledger)
