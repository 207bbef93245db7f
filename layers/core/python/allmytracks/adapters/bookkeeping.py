"""Facts of accounts and what was folded from them, in DynamoDB; the one transaction that writes a fold's result."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.adapters.accounts import PROFILE, ProfileItem, account_key
from allmytracks.adapters.allowance_item import AllowanceItem, allowance_key, to_maps, to_periods
from allmytracks.adapters.dynamodb import Table, bind, connect, is_condition_failure, translated
from allmytracks.adapters.fact_items import FactItem, to_fact, to_fact_item
from allmytracks.adapters.inbox import EVENT, inbox_key
from allmytracks.adapters.memberships import MEMBERSHIP, MembershipItem
from allmytracks.adapters.orders import (
    ORDER,
    OWNER,
    OrderItem,
    OwnerItem,
    order_sort_key,
    settlement_actions,
    to_order,
)
from allmytracks.domain.accounts import AccountKind
from allmytracks.domain.instants import rfc3339
from allmytracks.domain.payments import Fact, Outcome, bought_for_enterprise
from allmytracks.ports.payments import Books

FACT = "FACT#"


def fact_sort_key(fact: Fact) -> str:
    """A fact's place in its account's partition: by the provider's time, then its id."""
    return f"{FACT}{rfc3339(fact.occurred_at)}#{fact.event_id}"


def payment_key(provider: str, reference: str) -> str:
    """The partition that says whose a payment is."""
    return f"PAYMENT#{provider}#{reference}"


class DynamoBookkeeping:
    """The books in DynamoDB: facts, orders and memberships in the accounts table, allowances in the counters table."""

    def __init__(self, accounts: Table, counters: Table) -> None:
        self._facts = bind(FactItem, accounts)
        self._orders = bind(OrderItem, accounts)
        self._owners = bind(OwnerItem, accounts)
        self._profiles = bind(ProfileItem, accounts)
        self._memberships = bind(MembershipItem, accounts)
        self._allowances = bind(AllowanceItem, counters)
        self._connection = connect(accounts)

    def owner(self, fact: Fact) -> str | None:
        if fact.order_id is not None:
            return self._owner(order_sort_key(fact.order_id))
        for reference in fact.references:
            account_id = self._owner(payment_key(fact.provider, reference))
            if account_id is not None:
                return account_id
        return None

    def _owner(self, pk: str) -> str | None:
        with translated():
            try:
                return self._owners.get(pk, OWNER, consistent_read=True).account_id
            except DoesNotExist:
                return None

    def attach(self, account_id: str, fact: Fact) -> None:
        self._add(to_fact_item(self._facts, account_key(account_id), fact_sort_key(fact), fact), self._facts.pk)
        for reference in fact.references:
            owner = self._owners(payment_key(fact.provider, reference), OWNER, account_id=account_id)
            self._add(owner, self._owners.pk)

    def _add(self, item: Model, pk: UnicodeAttribute) -> None:
        with translated():
            try:
                item.save(condition=pk.does_not_exist())
            except PutError as error:
                if not is_condition_failure(error):
                    raise

    def open(self, account_id: str) -> Books:
        pk = account_key(account_id)
        membership = self._membership(account_id)
        with translated():
            orders = list(self._orders.query(pk, self._orders.sk.startswith(ORDER), consistent_read=True))
            facts = list(self._facts.query(pk, self._facts.sk.startswith(FACT), consistent_read=True))
        return Books(
            version=int(membership.revision) if membership else 0,
            orders=[to_order(account_id, item) for item in orders],
            facts=[to_fact(item) for item in facts],
            periods=tuple(to_periods(membership.periods)) if membership else (),
        )

    def close(self, account_id: str, books: Books, outcome: Outcome, fact: Fact, now: datetime) -> bool:
        try:
            with translated(), TransactWrite(connection=self._connection) as transaction:
                self._mark_folded(transaction, fact, now)
                if outcome.changes(books.orders) or outcome.periods != books.periods:
                    self._write(transaction, account_id, books, outcome, now)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def mark_announced(self, account_id: str, order_id: str, name: str) -> None:
        with translated():
            item = self._orders(account_key(account_id), order_sort_key(order_id))
            item.update(actions=[self._orders.announced.add({name})], condition=self._orders.pk.exists())

    def _membership(self, account_id: str) -> MembershipItem | None:
        with translated():
            try:
                return self._memberships.get(account_key(account_id), MEMBERSHIP, consistent_read=True)
            except DoesNotExist:
                return None

    def _mark_folded(self, transaction: TransactWrite, fact: Fact, now: datetime) -> None:
        received = self._facts(inbox_key(fact.provider, fact.event_id), EVENT)
        transaction.update(
            received, actions=[self._facts.folded_at.set(rfc3339(now))], condition=self._facts.pk.exists()
        )

    def _write(
        self, transaction: TransactWrite, account_id: str, books: Books, outcome: Outcome, now: datetime
    ) -> None:
        pk = account_key(account_id)
        revision = self._memberships.revision
        membership = self._memberships(pk, MEMBERSHIP, revision=books.version + 1, periods=to_maps(outcome.periods))
        unchanged = revision == books.version if books.version else self._memberships.pk.does_not_exist()
        transaction.save(membership, condition=unchanged)
        for order in outcome.changes(books.orders):
            item = self._orders(pk, order_sort_key(order.id))
            settlement = outcome.settlements[order.id]
            transaction.update(
                item, actions=settlement_actions(self._orders, settlement), condition=self._orders.pk.exists()
            )
        if bought_for_enterprise(books.orders, outcome):
            profile = self._profiles(pk, PROFILE)
            transaction.update(
                profile,
                actions=[self._profiles.kind.set(AccountKind.ENTERPRISE)],
                condition=self._profiles.pk.exists(),
            )
        self._write_allowance(transaction, account_id, outcome, now)

    def _write_allowance(self, transaction: TransactWrite, account_id: str, outcome: Outcome, now: datetime) -> None:
        """The periods that still matter; every other attribute keeps its value, or gets the one that a grant needs."""
        model = self._allowances
        running = [period for period in outcome.periods if period.ends_at > now]
        transaction.update(
            model(allowance_key(account_id)),
            actions=[
                model.periods.set(to_maps(running)),
                model.standing.set(model.standing | "active"),
                model.restricted_until.set(model.restricted_until | 0),
                model.day.set(model.day | 0),
            ],
        )
