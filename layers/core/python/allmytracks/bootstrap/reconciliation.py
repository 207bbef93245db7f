"""The use cases that compare the payment provider's record with ours."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.operations import OperationServices

if TYPE_CHECKING:
    from allmytracks.payments.reconciliation.ports import Checkpoints, PaymentHistory
    from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords
    from allmytracks.payments.reconciliation.use_cases.reconcile_by_hand import ReconcileByHand
    from allmytracks.payments.reconciliation.use_cases.reconcile_payments import ReconcilePayments


class ReconciliationServices(OperationServices):
    """What the schedule and operators call."""

    @cached_property
    def payment_history(self) -> PaymentHistory:
        from allmytracks.payments.stripe.history import StripeHistory

        return StripeHistory(self.stripe_calls)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        from allmytracks.payments.reconciliation.dynamodb import DynamoCheckpoints

        return DynamoCheckpoints(self.accounts_table)

    @cached_property
    def compare_records(self) -> CompareRecords:
        from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords

        return CompareRecords(self.payment_history, self.inbox, self.bookkeeping, self.take_in_fact)

    @cached_property
    def reconcile_payments(self) -> ReconcilePayments:
        from allmytracks.payments.reconciliation.use_cases.reconcile_payments import ReconcilePayments

        return ReconcilePayments(self.compare_records, self.checkpoints, self.clock)

    @cached_property
    def reconcile_by_hand(self) -> ReconcileByHand:
        from allmytracks.payments.reconciliation.use_cases.reconcile_by_hand import ReconcileByHand

        return ReconcileByHand(self.compare_records, self.order_owners, self.orders, self.audit)
