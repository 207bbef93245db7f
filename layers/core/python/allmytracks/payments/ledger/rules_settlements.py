"""The settlement of one order by its facts: paid, failed, returned, disputed (M-II.3, M-II.8, U-IV.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allmytracks.payments.orders.rules import Order, OrderStatus, Settlement
from allmytracks.payments.rules import Fact, FactKind

# A refund's state only advances: an older report with a later time stamp cannot revert it.
_REFUND_STEPS = {FactKind.REFUND_PENDING: 1, FactKind.REFUND_SUCCEEDED: 2, FactKind.REFUND_FAILED: 3}


def settle(order: Order, facts: Sequence[Fact]) -> Settlement:
    """The settlement by all facts of the order, in the provider's chronological order."""
    book = _Book(order, void=_void(order, facts))
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
        amount_uncounted=book.uncounted(),
        open_disputes=book.disputed(FactKind.DISPUTE_OPENED),
        won_disputes=book.disputed(FactKind.DISPUTE_WON),
        failed_refunds=book.failed_refunds(),
        to_return=(book.cancelled.amount or 0) if book.cancelled and taken else 0,
        covers_from=book.covers_from,
        expired_checkout=book.expired,
    )


def _pays(order: Order, fact: Fact) -> bool:
    return fact.currency == order.currency and (fact.amount or 0) >= order.amount


def _void(order: Order, facts: Sequence[Fact]) -> frozenset[str]:
    """The ids of payments that do not count, by sum or currency: refunding them takes nothing from the order."""
    good, bad = set[str](), set[str]()
    for fact in facts:
        if fact.kind is FactKind.PAYMENT_SUCCEEDED:
            (good if _pays(order, fact) else bad).update(fact.references)
    known = -1
    while known != len(bad):  # the charge of such a payment is linked by a fact that names both
        known = len(bad)
        for fact in facts:
            if not bad.isdisjoint(fact.references) and good.isdisjoint(fact.references):
                bad.update(fact.references)
    return frozenset(bad - good)


def _returned(refunds: Mapping[str, Fact], reported: Mapping[str, int]) -> int:
    """What went back by single refunds, or by the sums of charges.

    A charge's sum still includes a refund that the bank rejected afterwards.
    """

    def sum_of(kind: FactKind) -> int:
        return sum(fact.amount or 0 for fact in refunds.values() if fact.kind is kind)

    return max(sum_of(FactKind.REFUND_SUCCEEDED), sum(reported.values()) - sum_of(FactKind.REFUND_FAILED))


@dataclass
class _Book:
    """The running state of one order while its facts are read in order."""

    order: Order
    void: frozenset[str]
    payments: dict[str, int] = field(default_factory=dict)
    refunds: dict[str, Fact] = field(default_factory=dict)
    reported: dict[str, int] = field(default_factory=dict)
    disputes: dict[str, Fact] = field(default_factory=dict)
    activated_at: datetime | None = None
    returned_at: datetime | None = None
    failed_at: datetime | None = None
    expired: str | None = None
    reference: str | None = None
    method: str | None = None
    mismatch: str | None = None
    failure: str | None = None
    last_return_at: datetime | None = None
    declined: Fact | None = None
    cancelled: Fact | None = None
    covers_from: datetime | None = None
    void_paid: dict[str, int] = field(default_factory=dict)
    void_refunds: dict[str, Fact] = field(default_factory=dict)
    void_reported: dict[str, int] = field(default_factory=dict)

    def enter(self, fact: Fact) -> None:
        """Reads the next fact; `returned_at` is when the whole payment had been returned."""
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
                self.failed_at, self.expired = fact.occurred_at, subject
            case FactKind.CHARGE_REFUNDED:
                reported = self.void_reported if self._is_void(fact) else self.reported
                charge = fact.subject or "/".join(fact.references)
                reported[charge] = max(reported.get(charge, 0), fact.amount or 0)
            case FactKind.REFUND_PENDING | FactKind.REFUND_SUCCEEDED | FactKind.REFUND_FAILED:
                refunds = self.void_refunds if self._is_void(fact) else self.refunds
                if _REFUND_STEPS[fact.kind] >= _REFUND_STEPS.get(self._last(refunds, subject), 0):
                    refunds[subject] = fact
            case FactKind.DISPUTE_OPENED:
                self.disputes.setdefault(subject, fact)
            case FactKind.DISPUTE_WON | FactKind.DISPUTE_LOST:
                self.disputes[subject] = fact
            case _:
                self._decide(fact)

    def uncounted(self) -> int:
        """The rest, not yet returned, of payments that do not count."""
        taken_back = sum(fact.amount or 0 for fact in self._lost() if self._is_void(fact))
        return max(0, sum(self.void_paid.values()) - _returned(self.void_refunds, self.void_reported) - taken_back)

    def _decide(self, fact: Fact) -> None:
        if fact.kind is FactKind.ORDER_DECLINED:
            self.declined = self.declined or fact
        if fact.kind in {FactKind.MEMBERSHIP_CANCELLED, FactKind.SUBSCRIPTION_CANCELLED}:
            # What was decided here comes back as the provider's report, with a time cut to the second and no reason.
            reported = self.cancelled is not None and self.cancelled.reason is None and fact.reason is not None
            self.cancelled = fact if reported else self.cancelled or fact

    def _is_void(self, fact: Fact) -> bool:
        return bool(fact.references) and self.void.issuperset(fact.references)

    def _pay(self, fact: Fact, subject: str) -> None:
        if not _pays(self.order, fact):
            self.mismatch = "amount_mismatch" if fact.currency == self.order.currency else "currency_mismatch"
            self.void_paid[subject] = fact.amount or 0
            return
        self.payments[subject] = fact.amount or 0
        if self.declined is None:  # later payments start nothing, and are to be refunded
            self.activated_at = self.activated_at or fact.occurred_at
        self.reference = self.reference or next(iter(fact.references), None)
        self.covers_from = self.covers_from or fact.covers_from

    @staticmethod
    def _last(known: Mapping[str, Fact], subject: str) -> FactKind:
        return known[subject].kind if subject in known else FactKind.OTHER

    def refunded(self) -> int:
        """The refunded sum."""
        return _returned(self.refunds, self.reported)

    def lost(self) -> int:
        """The sum of lost disputes; losing one ends what its payment paid for, whatever part was disputed."""
        return sum(max(fact.amount or 0, self.order.amount) for fact in self._lost() if not self._is_void(fact))

    def _lost(self) -> list[Fact]:
        return [each for each in self.disputes.values() if each.kind is FactKind.DISPUTE_LOST]

    def disputed(self, kind: FactKind) -> tuple[str, ...]:
        """The disputes whose last fact is of `kind`."""
        return tuple(sorted(name for name, fact in self.disputes.items() if fact.kind is kind))

    def failed_refunds(self) -> tuple[str, ...]:
        """The failed refunds."""
        return tuple(sorted(name for name, fact in self.refunds.items() if fact.kind is FactKind.REFUND_FAILED))

    def _all_returned(self) -> bool:
        return bool(self.payments) and self.refunded() + self.lost() >= sum(self.payments.values())

    def status(self) -> OrderStatus:
        """The order's status."""
        if self.returned_at:
            return OrderStatus.REFUNDED
        if self.payments and self.disputed(FactKind.DISPUTE_OPENED):
            return OrderStatus.DISPUTED
        if self.declined is not None:
            return OrderStatus.DECLINED
        if self.payments:
            return OrderStatus.PAID
        if self.expired:
            return OrderStatus.EXPIRED
        return OrderStatus.DECLINED if self.failed_at else OrderStatus.PENDING

    def problem(self) -> str | None:
        """Why a payment did not count."""
        if len(self.payments) > 1:
            return "paid_twice"
        return self.mismatch
