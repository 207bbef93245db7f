"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.payments.ledger.wiring import LedgerServices
    from allmytracks.payments.orders.wiring import OrderServices
    from allmytracks.payments.reconciliation.ports import Checkpoints
    from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords
    from allmytracks.payments.reconciliation.use_cases.reconcile_by_hand import ReconcileByHand
    from allmytracks.payments.reconciliation.use_cases.reconcile_payments import ReconcilePayments
    from allmytracks.payments.stripe.wiring import StripeServices


class ReconciliationServices:
    """Comparison of the payment provider's record with ours."""

    def __init__(
        self, foundation: FoundationServices, stripe: StripeServices, orders: OrderServices, ledger: LedgerServices
    ) -> None:
        self._foundation = foundation
        self._stripe = stripe
        self._orders = orders
        self._ledger = ledger

    @cached_property
    def checkpoints(self) -> Checkpoints:
        from allmytracks.payments.reconciliation.dynamodb import DynamoCheckpoints

        return DynamoCheckpoints(self._foundation.accounts_table)

    @cached_property
    def compare(self) -> CompareRecords:
        from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords

        return CompareRecords(
            self._stripe.history, self._ledger.inbox, self._ledger.bookkeeping, self._ledger.take_in_fact
        )

    @cached_property
    def run(self) -> ReconcilePayments:
        from allmytracks.payments.reconciliation.use_cases.reconcile_payments import ReconcilePayments

        return ReconcilePayments(self.compare, self.checkpoints, self._foundation.clock)

    @cached_property
    def by_hand(self) -> ReconcileByHand:
        from allmytracks.payments.reconciliation.use_cases.reconcile_by_hand import ReconcileByHand

        return ReconcileByHand(self.compare, self._orders.owners, self._orders.repository, self._foundation.audit)
