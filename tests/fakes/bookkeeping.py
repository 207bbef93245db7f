"""In-memory fakes of orders, inbox, facts and notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.memberships.rules import Period, Purchase, stacked
from allmytracks.memberships.rules_ends import end_of
from allmytracks.payments.ledger.rules_folding import Outcome, is_of_one_audience
from allmytracks.payments.ledger.rules_inbox import Owner, Received
from allmytracks.payments.ports import Books
from allmytracks.payments.rules import Fact, FactName
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.inbox import MemoryInbox
from tests.fakes.memberships import MemoryEnds
from tests.fakes.orders import MemoryOrders
from tests.fakes.subscriptions import MemorySubscriptions


@dataclass
class Payment:
    """One reference of one payment: its owner, and the events that wait for one."""

    owner: Owner | None = None
    waiting: set[str] = field(default_factory=set)


@dataclass
class MemoryBookkeeping:
    """Shares the stores of accounts, orders and webhooks; `allowances` holds the periods as a grant sees them."""

    accounts: MemoryAccounts
    orders: MemoryOrders
    inbox: MemoryInbox
    allowances: dict[str, Sequence[Period]] = field(default_factory=dict)
    kept: dict[tuple[str, str], tuple[Owner, Fact]] = field(default_factory=dict)
    payments: dict[tuple[str, str], Payment] = field(default_factory=dict)
    memberships: dict[str, tuple[int, tuple[Purchase, ...]]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    ends: MemoryEnds = field(default_factory=MemoryEnds)
    subscriptions: MemorySubscriptions = field(default_factory=MemorySubscriptions)

    def owner(self, fact: Fact) -> Owner | None:
        if fact.order_id is not None:
            order = self.orders.stored.get(fact.order_id)
            return Owner(order.account_id, order.id) if order else None
        known = (self._payment(fact, reference).owner for reference in fact.references)
        return next((owner for owner in known if owner is not None), None)

    def wait(self, fact: Fact) -> bool:
        for reference in fact.references if fact.order_id is None else ():
            payment = self._payment(fact, reference)
            if payment.owner is not None:
                return False
            payment.waiting.add(fact.event_id)
        return True

    def attach(self, owner: Owner, fact: Fact) -> Sequence[FactName]:
        self.kept.setdefault((fact.provider, fact.event_id), (owner, fact))
        waiting: set[str] = set()
        for reference in fact.references if owner.order_id is not None else ():
            payment = self._payment(fact, reference)
            payment.owner = payment.owner or owner
            waiting |= payment.waiting
            if payment.owner != owner and payment.owner.account_id == owner.account_id:
                self._make_whole(owner.account_id)
        return [FactName(fact.provider, event_id) for event_id in sorted(waiting - {fact.event_id})]

    def _make_whole(self, account_id: str) -> None:
        if account_id not in self.whole:
            version, purchases = self.memberships.get(account_id, (0, ()))
            self.memberships[account_id] = (version + 1, purchases)
            self.whole.add(account_id)

    def stop_waiting(self, fact: Fact) -> None:
        for reference in fact.references:
            self._payment(fact, reference).waiting.discard(fact.event_id)

    def open(self, owner: Owner) -> Books:
        account_id = owner.account_id
        version, purchases = self.memberships.get(account_id, (0, ()))
        in_part = owner.order_id if account_id not in self.whole else None
        orders = [self.orders.stored[in_part]] if in_part in self.orders.stored else []
        if in_part is None or not all(is_of_one_audience(each, purchases) for each in orders):
            in_part, orders = None, list(self.orders.all(account_id))
        facts = [
            fact
            for holder, fact in self.kept.values()
            if holder.account_id == account_id and holder.order_id is not None and in_part in {None, holder.order_id}
        ]
        stored = any(order.storage is not None for order in orders)
        subscriptions = self.subscriptions.of(account_id) if stored else ()
        return Books(version, orders, facts, purchases, in_part is None, subscriptions)

    def close(self, owner: Owner, books: Books, outcome: Outcome, received: Received, now: datetime) -> bool:
        account = self.accounts.stored.get(owner.account_id)
        if account is not None and account.status is AccountStatus.CLOSED:
            outcome = replace(outcome, purchases=books.purchases)
        subscribed = outcome.subscriptions != books.subscriptions
        changed = bool(outcome.changes(books.orders)) or subscribed or outcome.purchases != books.purchases
        if changed or received.folded_at is None:
            version, _ = self.memberships.get(owner.account_id, (0, ()))
            if version != books.version:
                return False
            self._write(owner.account_id, books, outcome, now)
        name = (received.fact.provider, received.fact.event_id)
        known = self.inbox.stored[name]
        self.inbox.stored[name] = replace(known, folded_at=known.folded_at or now)
        return True

    def facts(self, account_id: str) -> Sequence[Fact]:
        kept = (fact for owner, fact in self.kept.values() if owner.account_id == account_id)
        return sorted(kept, key=lambda fact: fact.place)

    def periods(self, account_id: str) -> tuple[Period, ...]:
        return stacked(self.memberships.get(account_id, (0, ()))[1])

    def mark_announced(self, account_id: str, order_id: str, name: str) -> None:
        order = self.orders.get(account_id, order_id)
        self.orders.stored[order_id] = replace(order, announced=order.announced | {name})

    def _payment(self, fact: Fact, reference: str) -> Payment:
        return self.payments.setdefault((fact.provider, reference), Payment())

    def _write(self, account_id: str, books: Books, outcome: Outcome, now: datetime) -> None:
        self.memberships[account_id] = (books.version + 1, outcome.purchases)
        for changed in outcome.changes(books.orders):
            order = self.orders.get(account_id, changed.id)
            self.orders.stored[order.id] = replace(order, settlement=outcome.settlements[order.id])
        if outcome.subscriptions != books.subscriptions:
            self.subscriptions.write(account_id, outcome.subscriptions, now)
        if outcome.purchases != books.purchases:
            account = self.accounts.get(account_id)
            self.accounts.stored[account_id] = replace(account, enterprise_from=outcome.enterprise_from)
            self.allowances[account_id] = tuple(period for period in outcome.periods if period.ends_at > now)
            self.ends.write(account_id, end_of(account_id, outcome.purchases))
