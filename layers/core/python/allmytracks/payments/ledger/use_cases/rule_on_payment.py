"""An operator attaches an unattached payment event to an account, or dismisses it."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.payments.ledger.rules_inbox import Owner, Received, ReceivedStatus, Ruling
from allmytracks.payments.ports import Inbox, OrderOwners, PaymentsQueue
from allmytracks.payments.rules import FactFolded, FactName, FactNotKnown, FactWithoutEffect


@dataclass(frozen=True)
class RuleOnPayment:
    """Audited with its reason before it is done; the event is then queued and folded as if it had named the order.

    A later ruling replaces an earlier one until the event is folded. Raises FactNotKnown, FactFolded,
    FactWithoutEffect, OrderNotFound, AccountNotFound, InvalidFields (the order is another account's), Unavailable.
    """

    inbox: Inbox
    queue: PaymentsQueue
    owners: OrderOwners
    accounts: Accounts
    audit: Audit
    clock: Clock
    ids: Ids

    def attach(
        self, name: FactName, order_id: str | None, account_id: str | None, reason: str, operator: Operator
    ) -> Received:
        """The event belongs to an order, or only to an account: then it is on record there."""
        known = self._unfolded(name)
        owner = self._owner(order_id, account_id)
        self.audit(operator, "payment_event_attached", _subject(name, owner), reason)
        ruled = self._rule(name, Ruling(owner, reason, operator.arn, self.clock.now()))
        self.queue.send_again(known.fact, self.ids.new("attached"))
        return ruled

    def dismiss(self, name: FactName, reason: str, operator: Operator) -> Received:
        """The event is not ours. Should its payment become known after all, it is folded nevertheless."""
        self._unfolded(name)
        self.audit(operator, "payment_event_dismissed", _subject(name, None), reason)
        return self._rule(name, Ruling(None, reason, operator.arn, self.clock.now()))

    def _unfolded(self, name: FactName) -> Received:
        known = self.inbox.get(name.provider, name.event_id)
        if known is None:
            raise FactNotKnown("The inbox holds no such event.")
        if known.status is ReceivedStatus.FOLDED:
            raise FactFolded("This event has taken effect on an account already.")
        if known.status is ReceivedStatus.WITHOUT_EFFECT:
            raise FactWithoutEffect(f"Events of the kind {known.fact.source_kind} change nothing here.")
        return known

    def _owner(self, order_id: str | None, account_id: str | None) -> Owner:
        if order_id is not None:
            owner = Owner(self.owners.owner(order_id), order_id)
            if account_id not in {None, owner.account_id}:
                raise InvalidFields([FieldProblem("account_id", "invalid", "The order is another account's.")])
            return owner
        if account_id is None:
            raise InvalidFields([FieldProblem("order_id", "required", "Give an order, or an account.")])
        return Owner(self.accounts.get(account_id).id, None)

    def _rule(self, name: FactName, ruling: Ruling) -> Received:
        if not self.inbox.rule(name, ruling):
            raise FactFolded("This event has taken effect on an account already.")
        ruled = self.inbox.get(name.provider, name.event_id)
        if ruled is None:
            raise FactNotKnown("The inbox holds no such event.")
        return ruled


def _subject(name: FactName, owner: Owner | None) -> str:
    event = f"{name.provider}/{name.event_id}"
    return event if owner is None else f"{event} to {owner.order_id or owner.account_id}"
