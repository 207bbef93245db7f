"""The use cases that compare the payment provider's record with ours."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.operations import OperationServices

if TYPE_CHECKING:
    from allmytracks.ports.reconciliation import Checkpoints, PaymentHistory
    from allmytracks.services.compare_records import CompareRecords
    from allmytracks.services.reconcile_by_hand import ReconcileByHand
    from allmytracks.services.reconcile_payments import ReconcilePayments


class ReconciliationServices(OperationServices):
    """What the schedule and operators call."""

    @cached_property
    def payment_history(self) -> PaymentHistory:
        from allmytracks.adapters.stripe_history import StripeHistory

        return StripeHistory(self.stripe_calls)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        from allmytracks.adapters.checkpoints import DynamoCheckpoints

        return DynamoCheckpoints(self.accounts_table)

    @cached_property
    def compare_records(self) -> CompareRecords:
        from allmytracks.services.compare_records import CompareRecords

        return CompareRecords(self.payment_history, self.inbox, self.bookkeeping, self.take_in_fact)

    @cached_property
    def reconcile_payments(self) -> ReconcilePayments:
        from allmytracks.services.reconcile_payments import ReconcilePayments

        return ReconcilePayments(self.compare_records, self.checkpoints, self.clock)

    @cached_property
    def reconcile_by_hand(self) -> ReconcileByHand:
        from allmytracks.services.reconcile_by_hand import ReconcileByHand

        return ReconcileByHand(self.compare_records, self.order_owners, self.orders, self.audit)
