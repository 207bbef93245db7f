"""Operators look at subscriptions of cloud storage, and cancel them on request (S-8.operator)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.rules_reasons import Reason, require_reason
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.rules_subscriptions import PastDue
from allmytracks.payments.orders.rules import OrderNotFound
from allmytracks.payments.orders.rules_storage import order_id_of
from allmytracks.payments.ports import OrderOwners, Subscriptions
from allmytracks.storage.rules_cancelling import REASONS
from allmytracks.storage.rules_subscriptions import Subscribed, SubscriptionNotFound
from allmytracks.storage.use_cases.cancel_subscription import Cancelled, CancelSubscription
from allmytracks.storage.use_cases.show_subscriptions import ShowSubscriptions


@dataclass(frozen=True)
class AttendSubscriptions:
    """Every read and act is audited.

    Raises SubscriptionNotFound, NotCancellable, InvalidFields (reason), Unavailable.
    """

    owners: OrderOwners
    ledger: Subscriptions
    subscriptions: ShowSubscriptions
    cancelling: CancelSubscription
    audit: Audit
    clock: Clock

    def past_due(self, operator: Operator) -> Sequence[PastDue]:
        """The monthly plans that go on unpaid, the longest unpaid first."""
        self.audit(operator, "subscriptions_past_due_listed", "subscriptions")
        found = self.ledger.past_due(self.clock.now())
        return sorted(found, key=lambda each: (each.since, each.plan.subscription_id))

    def of_account(self, account_id: str, operator: Operator) -> Sequence[Subscribed]:
        """An account's subscriptions, the newest first."""
        self.audit(operator, "subscriptions_listed", account_id)
        return self.subscriptions.all(account_id)

    def get(self, subscription_id: str, operator: Operator) -> Subscribed:
        """One subscription of any account; a trial is found with its account."""
        self.audit(operator, "subscription_looked_up", subscription_id)
        return self.subscriptions.get(self._owner(subscription_id), subscription_id)

    def preview(self, subscription_id: str, operator: Operator) -> Cancelled:
        """What cancelling now would give: the same lines as its member sees."""
        self.audit(operator, "cancellation_previewed", subscription_id)
        return self.cancelling.preview(self._owner(subscription_id), subscription_id)

    def cancel(self, subscription_id: str, reason: Reason, operator: Operator) -> Cancelled:
        """Cancels it."""
        require_reason(reason, REASONS)
        owner = self._owner(subscription_id)
        self.cancelling.preview(owner, subscription_id)  # what cannot be cancelled leaves no record of an act
        self.audit(operator, "subscription_cancelled", subscription_id, reason)
        return self.cancelling(owner, subscription_id, reason)

    def _owner(self, subscription_id: str) -> str:
        try:
            return self.owners.owner(order_id_of(subscription_id))
        except OrderNotFound:
            raise SubscriptionNotFound("There is no such subscription.") from None
