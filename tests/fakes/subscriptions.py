"""Subscriptions of cloud storage in memory, and a provider that keeps what it was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.payments.ledger.rules_subscriptions import PAST_DUE_LOOK, PastDue, Renewal, Subscription, next_notice
from allmytracks.payments.orders.rules import Order


@dataclass
class MemorySubscriptions:
    """Subscriptions by account."""

    stored: dict[str, tuple[Subscription, ...]] = field(default_factory=dict)
    notices: dict[str, datetime] = field(default_factory=dict)

    def write(self, account_id: str, subscriptions: Sequence[Subscription], now: datetime) -> None:
        self.stored[account_id] = tuple(subscriptions)
        due_at = next_notice(subscriptions, now)
        self.notices.pop(account_id, None)
        if due_at is not None:
            self.notices[account_id] = due_at

    def of(self, account_id: str) -> tuple[Subscription, ...]:
        return self.stored.get(account_id, ())

    def due(self, now: datetime) -> Iterator[Renewal]:
        for due_at, account_id in sorted((at, name) for name, at in self.notices.items()):
            if due_at <= now:
                yield Renewal(account_id, due_at)

    def past_due(self, now: datetime) -> Iterator[PastDue]:
        for listed in self.due(now + PAST_DUE_LOOK):
            for each in self.of(listed.account_id):
                if since := each.past_due_since(now):
                    yield PastDue(listed.account_id, each, since)

    def set_next(self, renewal: Renewal, due_at: datetime | None) -> None:
        if self.notices.get(renewal.account_id) != renewal.due_at:
            return
        del self.notices[renewal.account_id]
        if due_at is not None:
            self.notices[renewal.account_id] = due_at


@dataclass
class MemoryCancelling:
    """The refunds and ends of renewals that were asked for; a repeated refund is the first one."""

    given_back: dict[str, int] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    asked: int = 0

    def give_back(self, order: Order, amount: int) -> None:
        self.asked += 1
        self.given_back.setdefault(order.id, amount)

    def stop_renewing(self, order: Order) -> None:
        self.asked += 1
        self.stopped.add(order.id)
