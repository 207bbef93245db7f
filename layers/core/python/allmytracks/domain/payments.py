"""Payments are facts (design, section 6): what an account owns is a pure function of its set of facts.

A fact is one event of the payment provider in our own words. `fold` sorts facts by the provider's own time and id,
never by arrival, and drops repeated ones, so any order, duplication or delay of the same facts gives the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from allmytracks.domain.errors import Malformed, NotFound
from allmytracks.domain.memberships import Period
from allmytracks.domain.orders import Order, OrderStatus, Settlement
from allmytracks.domain.rights import ProjectKind
from allmytracks.domain.terms import end_of_term


class FactKind(StrEnum):
    """What the provider reports; and what an operator or the member decided, a fact as good as any.

    `payment_awaited`: the checkout is complete, the money is still under way. `charge_refunded` reports the sum that
    was returned of a payment so far; the `refund_…` kinds report one refund. `order_declined` and
    `membership_cancelled` end what an order paid for at once (M-II.2, M-V.2). `other` is kept and has no effect.
    """

    PAYMENT_AWAITED = "payment_awaited"
    PAYMENT_SUCCEEDED = "payment_succeeded"
    PAYMENT_FAILED = "payment_failed"
    CHECKOUT_EXPIRED = "checkout_expired"
    CHARGE_REFUNDED = "charge_refunded"
    REFUND_PENDING = "refund_pending"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    ORDER_DECLINED = "order_declined"
    MEMBERSHIP_CANCELLED = "membership_cancelled"
    OTHER = "other"


class InvalidSignature(Malformed):
    """The webhook was not signed by the provider, or was altered."""

    code = "invalid_signature"


class StaleSignature(Malformed):
    """The webhook was signed too long ago: a replay."""

    code = "stale_signature"


class FactNotKnown(NotFound):
    """The inbox holds no such event."""

    code = "payment_event_not_known"


class UnknownProvider(NotFound):
    """No payment provider of this name sends webhooks to us."""

    code = "provider_not_found"


@dataclass(frozen=True, slots=True)
class FactName:
    """Which event of which provider: all that a message of the queue says, for the inbox holds the fact itself."""

    provider: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of a payment provider, reduced to what may be kept (P-7.payment).

    `references` are the provider's names of the payment (payment intent, charge); `subject` names the session, refund
    or dispute that the event is about. `amount` in the currency's minor unit; `currency` in upper case.
    """

    provider: str
    event_id: str
    occurred_at: datetime
    kind: FactKind
    source_kind: str
    order_id: str | None = None
    account_id: str | None = None
    references: tuple[str, ...] = ()
    subject: str | None = None
    amount: int | None = None
    currency: str | None = None
    method: str | None = None
    reason: str | None = None

    @property
    def place(self) -> tuple[datetime, str, str]:
        """Where the fact stands in its account's history: by the provider's time, then its ids."""
        return (self.occurred_at, self.provider, self.event_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a set of facts makes of an account's orders."""

    settlements: Mapping[str, Settlement]
    periods: tuple[Period, ...]

    def changes(self, orders: Iterable[Order]) -> list[Order]:
        """Those of `orders` (as they were stored) whose settlement is another one now."""
        return [order for order in orders if order.settlement != self.settlements.get(order.id)]


def bought_for_enterprise(orders: Iterable[Order], outcome: Outcome) -> bool:
    """Whether a plan for enterprises was ever paid, which makes its account one for good (U-II.III.1.4)."""
    return any(
        order.benefits.audience is ProjectKind.ENTERPRISE
        and (settlement := outcome.settlements.get(order.id)) is not None
        and settlement.activated_at is not None
        for order in orders
    )


def fold(orders: Iterable[Order], facts: Iterable[Fact]) -> Outcome:
    """The state of an account's orders and its membership periods (M-II.3, M-II.5, M-II.8)."""
    history = sorted({(fact.provider, fact.event_id): fact for fact in facts}.values(), key=lambda fact: fact.place)
    by_order = _attribute(history)
    known = sorted(orders, key=lambda order: order.id)
    settlements = {order.id: _settle(order, by_order[order.id]) for order in known if order.id in by_order}
    return Outcome(settlements, _stack(known, settlements))


def _attribute(history: Sequence[Fact]) -> dict[str, list[Fact]]:
    """The facts of each order: by the order they name, else by the payment that they share with one that does."""
    owner: dict[str, str] = {}
    known = -1
    while known != len(owner):  # a charge may be known only through a fact that is itself known only by its payment
        known = len(owner)
        for fact in history:
            order_id = _order_of(fact, owner)
            for reference in fact.references if order_id else ():
                owner.setdefault(reference, order_id or "")
    by_order: dict[str, list[Fact]] = {}
    for fact in history:
        order_id = _order_of(fact, owner)
        if order_id is not None:
            by_order.setdefault(order_id, []).append(fact)
    return by_order


def _order_of(fact: Fact, owner: Mapping[str, str]) -> str | None:
    return fact.order_id or next((owner[reference] for reference in fact.references if reference in owner), None)


@dataclass
class _Book:
    """What is known of one order while its facts are read one after the other."""

    order: Order
    payments: dict[str, int] = field(default_factory=dict)
    refunds: dict[str, Fact] = field(default_factory=dict)
    reported: dict[tuple[str, ...], int] = field(default_factory=dict)
    disputes: dict[str, Fact] = field(default_factory=dict)
    activated_at: datetime | None = None
    returned_at: datetime | None = None
    failed_at: datetime | None = None
    expired: bool = False
    reference: str | None = None
    method: str | None = None
    mismatch: str | None = None
    failure: str | None = None
    last_return_at: datetime | None = None
    declined: Fact | None = None
    cancelled: Fact | None = None

    def enter(self, fact: Fact) -> None:
        """Reads the next fact; `returned_at` is since when all that was paid has been given back."""
        self.method = self.method or fact.method
        returned = self.refunded() + self.lost()
        self._enter(fact)
        if self.refunded() + self.lost() > returned:
            self.last_return_at = fact.occurred_at
        if not self._all_returned():
            self.returned_at = None
        elif self.returned_at is None:
            self.returned_at = fact.occurred_at

    def _enter(self, fact: Fact) -> None:
        subject = fact.subject or fact.event_id
        match fact.kind:
            case FactKind.PAYMENT_SUCCEEDED:
                self._pay(fact, subject)
            case FactKind.PAYMENT_FAILED:
                self.failed_at, self.failure = fact.occurred_at, fact.reason
            case FactKind.CHECKOUT_EXPIRED:
                self.failed_at, self.expired = fact.occurred_at, True
            case FactKind.CHARGE_REFUNDED:
                before = self.reported.get(fact.references, 0)
                self.reported[fact.references] = max(before, fact.amount or 0)
            case FactKind.REFUND_PENDING | FactKind.REFUND_SUCCEEDED | FactKind.REFUND_FAILED:
                if _REFUND_STEPS[fact.kind] >= _REFUND_STEPS.get(self._last(self.refunds, subject), 0):
                    self.refunds[subject] = fact
            case FactKind.DISPUTE_OPENED:
                self.disputes.setdefault(subject, fact)
            case FactKind.DISPUTE_WON | FactKind.DISPUTE_LOST:
                self.disputes[subject] = fact
            case _:
                self._decide(fact)

    def _decide(self, fact: Fact) -> None:
        if fact.kind is FactKind.ORDER_DECLINED:
            self.declined = self.declined or fact
        if fact.kind is FactKind.MEMBERSHIP_CANCELLED:
            self.cancelled = self.cancelled or fact

    def _pay(self, fact: Fact, subject: str) -> None:
        if fact.currency != self.order.currency or (fact.amount or 0) < self.order.amount:
            self.mismatch = "amount_mismatch" if fact.currency == self.order.currency else "currency_mismatch"
            return
        self.payments[subject] = fact.amount or 0
        if self.declined is None:  # what is paid after that starts nothing, and is to be given back
            self.activated_at = self.activated_at or fact.occurred_at
        self.reference = self.reference or next(iter(fact.references), None)

    @staticmethod
    def _last(known: Mapping[str, Fact], subject: str) -> FactKind:
        return known[subject].kind if subject in known else FactKind.OTHER

    def refunded(self) -> int:
        """What was given back. A charge's own sum still holds a refund that the bank sent back afterwards."""
        single = self._sum(FactKind.REFUND_SUCCEEDED)
        return max(single, sum(self.reported.values()) - self._sum(FactKind.REFUND_FAILED))

    def _sum(self, kind: FactKind) -> int:
        return sum(fact.amount or 0 for fact in self.refunds.values() if fact.kind is kind)

    def lost(self) -> int:
        """What lost disputes took back; losing one ends what its payment paid for, whatever part was disputed."""
        lost = [fact for fact in self.disputes.values() if fact.kind is FactKind.DISPUTE_LOST]
        return sum(max(fact.amount or 0, self.order.amount) for fact in lost)

    def _all_returned(self) -> bool:
        return bool(self.payments) and self.refunded() + self.lost() >= sum(self.payments.values())

    def status(self) -> OrderStatus:
        if self.returned_at:
            return OrderStatus.REFUNDED
        if self.payments and any(fact.kind is FactKind.DISPUTE_OPENED for fact in self.disputes.values()):
            return OrderStatus.DISPUTED
        if self.declined is not None:
            return OrderStatus.DECLINED
        if self.payments:
            return OrderStatus.PAID
        if self.expired:
            return OrderStatus.EXPIRED
        return OrderStatus.DECLINED if self.failed_at else OrderStatus.PENDING

    def problem(self) -> str | None:
        if len(self.payments) > 1:
            return "paid_twice"
        return self.mismatch


# A refund only moves on: an older report that comes with a later time stamp cannot take it back.
_REFUND_STEPS = {FactKind.REFUND_PENDING: 1, FactKind.REFUND_SUCCEEDED: 2, FactKind.REFUND_FAILED: 3}


def _settle(order: Order, facts: Sequence[Fact]) -> Settlement:
    book = _Book(order)
    for fact in facts:
        book.enter(fact)
    taken = sum(book.payments.values())
    ended = book.declined or book.cancelled
    return Settlement(
        status=book.status(),
        activated_at=book.activated_at,
        returned_at=book.returned_at,
        failed_at=book.failed_at,
        amount_returned=min(book.refunded() + book.lost(), taken),
        payment_reference=book.reference,
        method=book.method,
        problem=book.problem(),
        amount_paid=taken,
        last_return_at=book.last_return_at if taken else None,
        declined_at=book.declined.occurred_at if book.declined else None,
        cancelled_at=book.cancelled.occurred_at if book.cancelled else None,
        ended_reason=ended.reason if ended else None,
        failure=book.failure,
    )


def _stack(orders: Sequence[Order], settlements: Mapping[str, Settlement]) -> tuple[Period, ...]:
    """One period after the other (M-II.5); one that was ended early ends at once, and the next moves up behind it."""
    activated = [
        (settlement.activated_at, order.quoted_at, order.id, order, settlement.ended_at)
        for order in orders
        if (settlement := settlements.get(order.id)) is not None and settlement.activated_at is not None
    ]
    periods: list[Period] = []
    for activated_at, _, _, order, ended_at in sorted(activated, key=lambda each: each[:3]):
        starts_at = max(activated_at, periods[-1].ends_at) if periods else activated_at
        ends_at = end_of_term(starts_at, order.benefits.term)
        if ended_at is not None:
            ends_at = min(ends_at, ended_at)
        if ends_at > starts_at:
            benefits = order.benefits
            periods.append(
                Period(order.id, benefits.plan, benefits.terms_id, benefits.daily_downloads, starts_at, ends_at)
            )
    return tuple(periods)
