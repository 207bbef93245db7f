"""The owners of payments, and the events that wait until the owner is known: one item for each id of a payment."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.ledger.rules_inbox import Owner
from allmytracks.payments.rules import Fact, FactName

CLAIM = "OWNER"


class PaymentItem(Model):
    """One id of one payment. While it has no owner, waiting events can be added."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute(null=True)
    order_id = UnicodeAttribute(null=True)
    occurred_at = UnicodeAttribute(null=True)
    waiting: UnicodeSetAttribute = UnicodeSetAttribute(null=True)


class PaymentClaims:
    """The payments in the accounts table; part of DynamoBookkeeping. All methods raise Unavailable."""

    def __init__(self, table: Table) -> None:
        self._items = bind(PaymentItem, table)

    def owner(self, fact: Fact) -> Owner | None:
        """The owner of the first claimed one of the fact's payment ids."""
        for reference in fact.references:
            try:
                item = self._items.get(payment_key(fact.provider, reference), CLAIM, consistent_read=True)
            except DoesNotExist:
                continue
            if item.account_id is not None:
                return Owner(item.account_id, item.order_id)
        return None

    def claim(self, owner: Owner, fact: Fact) -> tuple[list[FactName], Sequence[Owner]]:
        """Makes the fact's payment the owner's, if unowned; returns what waited for it, and other owners."""
        waiting: set[str] = set()
        others = []
        model = self._items
        for reference in fact.references:
            item = model(payment_key(fact.provider, reference), CLAIM)
            actions: list[Action] = [
                model.account_id.set(model.account_id | owner.account_id),
                model.order_id.set(model.order_id | owner.order_id),
                model.occurred_at.set(rfc3339(fact.occurred_at)),
            ]
            item.update(actions=actions)
            waiting |= set(item.waiting or ())
            holder = Owner(item.account_id or "", item.order_id)
            if holder != owner:
                others.append(holder)
        names = [FactName(fact.provider, event_id) for event_id in sorted(waiting - {fact.event_id})]
        return names, others

    def wait(self, fact: Fact) -> bool:
        """Adds the fact to the waiting ones, under each of its payment ids; False where one of them is claimed."""
        model = self._items
        for reference in fact.references:
            try:
                model(payment_key(fact.provider, reference), CLAIM).update(
                    actions=[model.waiting.add({fact.event_id})], condition=model.account_id.does_not_exist()
                )
            except UpdateError as error:
                if not is_condition_failure(error):
                    raise
                return False
        return True

    def stop_waiting(self, fact: Fact) -> None:
        """Removes the fact from the waiting ones."""
        model = self._items
        for reference in fact.references:
            item = model(payment_key(fact.provider, reference), CLAIM)
            item.update(actions=[model.waiting.delete({fact.event_id})])


def payment_key(provider: str, reference: str) -> str:
    """The partition of one name of a payment."""
    return f"PAYMENT#{provider}#{reference}"
