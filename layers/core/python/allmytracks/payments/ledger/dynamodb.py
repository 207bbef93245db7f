"""Facts of accounts and the results of their folds, in DynamoDB; one transaction writes a result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ProfileItem
from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.aws.history import history_attributes
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.dynamodb import MEMBERSHIP, MembershipItem, to_purchases, to_text
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from allmytracks.memberships.dynamodb_ends import EndItem, to_end_item
from allmytracks.memberships.rules_ends import end_of
from allmytracks.payments.ledger.dynamodb_claims import PaymentClaims
from allmytracks.payments.ledger.dynamodb_facts import FactItem, to_fact, to_fact_item
from allmytracks.payments.ledger.dynamodb_inbox import EVENT, folding_actions, inbox_key
from allmytracks.payments.ledger.dynamodb_subscriptions import (
    DynamoSubscriptions,
    SubscriptionsItem,
    to_subscriptions_item,
)
from allmytracks.payments.ledger.rules_folding import Outcome, is_of_one_audience
from allmytracks.payments.ledger.rules_inbox import Owner, Received
from allmytracks.payments.orders.dynamodb import (
    ORDER,
    OWNER,
    OrderItem,
    OwnerItem,
    order_sort_key,
    settlement_actions,
    to_order,
)
from allmytracks.payments.ports import Books
from allmytracks.payments.rules import Fact, FactKind, FactName

FACT = "FACT#"
# Facts that an operator attached to an account without an order: they are not folded.
RECORDED = "RECORDED#"


def facts_of(order_id: str) -> str:
    """The prefix of the sort keys of one order's facts."""
    return f"{FACT}{order_id}#"


def fact_sort_key(owner: Owner, fact: Fact) -> str:
    """A fact's sort key: its order, the provider's time, its ids."""
    place = f"{rfc3339(fact.occurred_at)}#{fact.provider}#{fact.event_id}"
    return f"{RECORDED}{place}" if owner.order_id is None else f"{facts_of(owner.order_id)}{place}"


class DynamoBookkeeping:
    """Bookkeeping in DynamoDB: allowances in the counters table, all else in the accounts table."""

    def __init__(self, accounts: Table, counters: Table) -> None:
        self._facts = bind(FactItem, accounts)
        self._orders = bind(OrderItem, accounts)
        self._owners = bind(OwnerItem, accounts)
        self._profiles = bind(ProfileItem, accounts)
        self._memberships = bind(MembershipItem, accounts)
        self._allowances = bind(AllowanceItem, counters)
        self._ends = bind(EndItem, accounts)
        self._claims = PaymentClaims(accounts)
        self._subscriptions = DynamoSubscriptions(accounts)
        self._subscriptions_items = bind(SubscriptionsItem, accounts)
        self._connection = connect(accounts)

    def owner(self, fact: Fact) -> Owner | None:
        if fact.order_id is None:
            return self._claims.owner(fact)
        try:
            item = self._owners.get(order_sort_key(fact.order_id), OWNER, consistent_read=True)
        except DoesNotExist:
            return None
        return Owner(item.account_id, fact.order_id)

    def wait(self, fact: Fact) -> bool:
        return True if fact.order_id is not None else self._claims.wait(fact)

    def attach(self, owner: Owner, fact: Fact) -> Sequence[FactName]:
        item = to_fact_item(self._facts, account_key(owner.account_id), fact_sort_key(owner, fact), fact)
        if fact.kind is not FactKind.OTHER:
            reference, at = owner.order_id or fact.order_id, fact.occurred_at
            told = history_attributes(owner.account_id, at, fact.kind, reference=reference, code=fact.reason)
            item.history_of, item.history_at, item.history = told["history_of"], told["history_at"], told["history"]
        try:
            item.save(condition=self._facts.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
        if owner.order_id is None:
            return ()
        waiting, others = self._claims.claim(owner, fact)
        if any(other.account_id == owner.account_id for other in others):
            self._make_whole(owner.account_id)
        return waiting

    def _make_whole(self, account_id: str) -> None:
        """Makes every fold read everything from now on; a fold in progress has to start again."""
        model = self._memberships
        try:
            model(account_key(account_id), MEMBERSHIP).update(
                actions=[model.whole.set(True), model.revision.set((model.revision | 0) + 1)],
                condition=model.whole.does_not_exist(),
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise

    def stop_waiting(self, fact: Fact) -> None:
        self._claims.stop_waiting(fact)

    def open(self, owner: Owner) -> Books:
        pk = account_key(owner.account_id)
        membership = self._membership(owner.account_id)
        whole = membership is not None and bool(membership.whole)
        purchases = to_purchases(membership.purchases) if membership else ()
        in_part = owner.order_id if not whole else None
        if in_part is None:
            orders = list(self._orders.query(pk, self._orders.sk.startswith(ORDER), consistent_read=True))
        else:
            orders = self._only(pk, in_part)
            if orders and not is_of_one_audience(to_order(owner.account_id, orders[0]), purchases):
                in_part = None
                orders = list(self._orders.query(pk, self._orders.sk.startswith(ORDER), consistent_read=True))
        prefix = FACT if in_part is None else facts_of(in_part)
        facts = list(self._facts.query(pk, self._facts.sk.startswith(prefix), consistent_read=True))
        read = [to_order(owner.account_id, item) for item in orders]
        stored = any(order.storage is not None for order in read)
        return Books(
            version=int(membership.revision) if membership else 0,
            orders=read,
            facts=[to_fact(item) for item in facts],
            purchases=purchases,
            whole=in_part is None,
            subscriptions=self._subscriptions.of(owner.account_id) if stored else (),
        )

    def _only(self, pk: str, order_id: str) -> list[OrderItem]:
        """The order; nothing where its retention ended before that of its payments' names."""
        try:
            return [self._orders.get(pk, order_sort_key(order_id), consistent_read=True)]
        except DoesNotExist:
            return []

    def close(self, owner: Owner, books: Books, outcome: Outcome, received: Received, now: datetime) -> bool:
        if self._try_to_close(owner, books, outcome, received, now):
            return True
        if outcome.purchases == books.purchases or not self._is_closed(owner.account_id):
            return False
        return self._try_to_close(owner, books, replace(outcome, purchases=books.purchases), received, now)

    def _is_closed(self, account_id: str) -> bool:
        try:
            profile = self._profiles.get(account_key(account_id), PROFILE, consistent_read=True)
        except DoesNotExist:
            return False
        return bool(profile.status == AccountStatus.CLOSED.value)

    def _try_to_close(self, owner: Owner, books: Books, outcome: Outcome, received: Received, now: datetime) -> bool:
        subscribed = outcome.subscriptions != books.subscriptions
        changed = bool(outcome.changes(books.orders)) or subscribed or outcome.purchases != books.purchases
        try:
            with TransactWrite(connection=self._connection) as transaction:
                self._mark_folded(transaction, received, now)
                if changed or received.folded_at is None:
                    self._write(transaction, owner.account_id, books, outcome)
                if subscribed:
                    kept = outcome.subscriptions
                    transaction.save(to_subscriptions_item(self._subscriptions_items, owner.account_id, kept, now))
                if outcome.purchases != books.purchases:
                    self._write_allowance(transaction, owner.account_id, outcome, now)
                    end = end_of(owner.account_id, outcome.purchases)
                    transaction.save(to_end_item(self._ends, owner.account_id, end))
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def facts(self, account_id: str) -> Sequence[Fact]:
        pk = account_key(account_id)
        items = [
            item
            for prefix in (FACT, RECORDED)
            for item in self._facts.query(pk, self._facts.sk.startswith(prefix), consistent_read=True)
        ]
        return sorted((to_fact(item) for item in items), key=lambda fact: fact.place)

    def mark_announced(self, account_id: str, order_id: str, name: str) -> None:
        item = self._orders(account_key(account_id), order_sort_key(order_id))
        told = self._orders.announced.add({name})
        item.update(actions=[told], condition=self._orders.pk.exists())

    def _membership(self, account_id: str) -> MembershipItem | None:
        try:
            return self._memberships.get(account_key(account_id), MEMBERSHIP, consistent_read=True)
        except DoesNotExist:
            return None

    def _mark_folded(self, transaction: TransactWrite, received: Received, now: datetime) -> None:
        model, fact = self._facts, received.fact
        transaction.update(
            model(inbox_key(fact.provider, fact.event_id), EVENT),
            actions=folding_actions(model, received, now),
            condition=model.pk.exists(),
        )

    def _write(self, transaction: TransactWrite, account_id: str, books: Books, outcome: Outcome) -> None:
        pk = account_key(account_id)
        model = self._memberships
        unchanged = model.revision == books.version if books.version else model.pk.does_not_exist()
        transaction.update(
            model(pk, MEMBERSHIP),
            actions=[model.revision.set(books.version + 1), model.purchases.set(to_text(outcome.purchases))],
            condition=unchanged,
        )
        for order in outcome.changes(books.orders):
            item = self._orders(pk, order_sort_key(order.id))
            settled = replace(order, settlement=outcome.settlements[order.id])
            transaction.update(
                item, actions=settlement_actions(self._orders, settled), condition=self._orders.pk.exists()
            )
        if outcome.purchases != books.purchases:
            profile, since = self._profiles(pk, PROFILE), self._profiles.enterprise_from
            transaction.update(
                profile,
                actions=[since.set(rfc3339(outcome.enterprise_from)) if outcome.enterprise_from else since.remove()],
                condition=self._profiles.pk.exists() & (self._profiles.status != AccountStatus.CLOSED.value),
            )

    def _write_allowance(self, transaction: TransactWrite, account_id: str, outcome: Outcome, now: datetime) -> None:
        """Writes the periods that still matter; other attributes are unchanged, or get a grant's defaults."""
        model = self._allowances
        running = [period for period in outcome.periods if period.ends_at > now]
        transaction.update(
            model(allowance_key(account_id)),
            actions=[
                model.periods.set(running),
                model.standing.set(model.standing | "active"),
                model.restricted_until.set(model.restricted_until | 0),
                model.day.set(model.day | 0),
            ],
        )
