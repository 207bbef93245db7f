"""The books in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from allmytracks.adapters.accounts import MemoryAccounts
from allmytracks.adapters.inbox import MemoryInbox
from allmytracks.adapters.orders import MemoryOrders
from allmytracks.domain.accounts import AccountKind
from allmytracks.domain.memberships import Period
from allmytracks.domain.payments import Fact, Outcome, bought_for_enterprise
from allmytracks.ports.payments import Books


@dataclass
class MemoryBookkeeping:
    """Shares the stores of accounts, orders and webhooks; `allowances` holds what a grant would see of the periods."""

    accounts: MemoryAccounts
    orders: MemoryOrders
    inbox: MemoryInbox
    allowances: dict[str, Sequence[Period]] = field(default_factory=dict)
    facts: dict[str, dict[tuple[str, str], Fact]] = field(default_factory=dict)
    payments: dict[tuple[str, str], str] = field(default_factory=dict)
    memberships: dict[str, tuple[int, tuple[Period, ...]]] = field(default_factory=dict)

    def owner(self, fact: Fact) -> str | None:
        if fact.order_id is not None:
            order = self.orders.stored.get(fact.order_id)
            return order.account_id if order else None
        known = (self.payments.get((fact.provider, reference)) for reference in fact.references)
        return next((account_id for account_id in known if account_id is not None), None)

    def attach(self, account_id: str, fact: Fact) -> None:
        self.facts.setdefault(account_id, {}).setdefault((fact.provider, fact.event_id), fact)
        for reference in fact.references:
            self.payments.setdefault((fact.provider, reference), account_id)

    def open(self, account_id: str) -> Books:
        version, periods = self.memberships.get(account_id, (0, ()))
        facts = list(self.facts.get(account_id, {}).values())
        return Books(version, self.orders.all(account_id), facts, periods)

    def close(self, account_id: str, books: Books, outcome: Outcome, fact: Fact, now: datetime) -> bool:
        if outcome.changes(books.orders) or outcome.periods != books.periods:
            version, _ = self.memberships.get(account_id, (0, ()))
            if version != books.version:
                return False
            self._write(account_id, books, outcome, now)
        name = (fact.provider, fact.event_id)
        self.inbox.stored[name] = replace(self.inbox.stored[name], folded_at=now)
        return True

    def periods(self, account_id: str) -> tuple[Period, ...]:
        return self.memberships.get(account_id, (0, ()))[1]

    def mark_announced(self, account_id: str, order_id: str, name: str) -> None:
        order = self.orders.get(account_id, order_id)
        self.orders.stored[order_id] = replace(order, announced=order.announced | {name})

    def _write(self, account_id: str, books: Books, outcome: Outcome, now: datetime) -> None:
        self.memberships[account_id] = (books.version + 1, outcome.periods)
        for changed in outcome.changes(books.orders):
            order = self.orders.get(account_id, changed.id)
            self.orders.stored[order.id] = replace(order, settlement=outcome.settlements[order.id])
        if bought_for_enterprise(books.orders, outcome):
            account = self.accounts.get(account_id)
            self.accounts.stored[account_id] = replace(account, kind=AccountKind.ENTERPRISE)
        self.allowances[account_id] = tuple(period for period in outcome.periods if period.ends_at > now)
