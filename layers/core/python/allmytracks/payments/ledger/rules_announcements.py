"""The domain events of an order after a fold; each once, also for duplicate or late facts."""

from __future__ import annotations

from collections.abc import Iterator

from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.rules import Period
from allmytracks.payments.events import (
    DisputeOpened,
    DisputeWon,
    MembershipActivated,
    MembershipCancelled,
    MembershipRestored,
    OrderDeclined,
    OrderFailed,
    PaymentPartlyReturned,
    PaymentReturned,
    RefundFailed,
    RenewalFailed,
    SpecialLicensePaid,
    SubscriptionCancelled,
    SubscriptionPaid,
)
from allmytracks.payments.ledger.rules_folding import Outcome
from allmytracks.payments.orders.rules import Order, OrderStatus, Settlement
from allmytracks.payments.orders.rules_storage import subscription_id_of


def announcements(order: Order, outcome: Outcome) -> Iterator[tuple[str, Event]]:
    """The events that follow from an order's current settlement, each with the occasion under which it is recorded.

    Those announced already (`order.announced`) are left out.
    """
    settlement = outcome.settlements.get(order.id)
    if settlement is None:
        return
    period = next((period for period in outcome.periods if period.order_id == order.id), None)
    for occasion, event in _all(order, settlement, period):
        if occasion not in order.announced:
            yield occasion, event


def _all(order: Order, settlement: Settlement, period: Period | None) -> Iterator[tuple[str, Event]]:
    account_id = order.account_id
    yield from _turns(order, settlement)
    if settlement.returned_at is None:
        standing = _standing(order, settlement, period) if order.storage is None else _stored(order, settlement)
        if order.special is not None:
            standing = _special(order, settlement)
        for event in standing:
            yield event.occasion, event
        if settlement.amount_returned:
            yield _part(order, settlement)
    for refund in settlement.failed_refunds:
        failed = RefundFailed(account_id, order.id, refund)
        yield failed.occasion, failed
    for dispute in settlement.open_disputes:
        opened = DisputeOpened(account_id, order.id, dispute)
        yield opened.occasion, opened
    for dispute in settlement.won_disputes:
        won = DisputeWon(account_id, order.id, dispute)
        yield won.occasion, won


def _standing(order: Order, settlement: Settlement, period: Period | None) -> Iterator[Event]:
    """Of an order whose money we have, at least in part."""
    account_id = order.account_id
    if settlement.declined_at is not None:
        yield OrderDeclined(account_id, order.id)
    elif settlement.cancelled_at is not None:
        yield MembershipCancelled(account_id, order.id)
    elif settlement.status in {OrderStatus.DECLINED, OrderStatus.EXPIRED}:
        yield OrderFailed(account_id, order.id)
    elif period is not None:
        starts_at, ends_at = rfc3339(period.starts_at), rfc3339(period.ends_at)
        yield MembershipActivated(account_id, order.id, period.plan, starts_at, ends_at)


def _stored(order: Order, settlement: Settlement) -> Iterator[Event]:
    """Of an order for cloud storage."""
    account_id, package = order.account_id, order.storage
    if package is None:
        return
    subscription_id = subscription_id_of(package.renews or order.id)
    if settlement.activated_at is not None:
        yield SubscriptionPaid(account_id, order.id, subscription_id, package.device_id)
    if settlement.declined_at is not None:
        yield OrderDeclined(account_id, order.id)
    elif settlement.cancelled_at is not None:
        yield SubscriptionCancelled(account_id, order.id, subscription_id, settlement.to_return)
    elif settlement.status in {OrderStatus.DECLINED, OrderStatus.EXPIRED}:
        if package.renews is None:
            yield OrderFailed(account_id, order.id)
        else:
            yield RenewalFailed(account_id, order.id, subscription_id)


def _special(order: Order, settlement: Settlement) -> Iterator[Event]:
    """Of a quoted special licence; the quote outlasts a checkout that expired."""
    account_id = order.account_id
    if settlement.declined_at is not None:
        yield OrderDeclined(account_id, order.id)
    elif settlement.status is OrderStatus.DECLINED:
        yield OrderFailed(account_id, order.id)
    elif settlement.activated_at is not None:
        yield SpecialLicensePaid(account_id, order.id)


def _part(order: Order, settlement: Settlement) -> tuple[str, Event]:
    """A part of the money was returned; the same sum may recur after a failed refund."""
    part = PaymentPartlyReturned(order.account_id, order.id, settlement.amount_returned)
    failed = len(settlement.failed_refunds)
    return (f"{part.occasion}-{failed}" if failed else part.occasion), part


def _turns(order: Order, settlement: Settlement) -> Iterator[tuple[str, Event]]:
    """All of the money returned, or back again, alternating any number of times."""
    returned, restored = PaymentReturned(order.account_id, order.id), MembershipRestored(order.account_id, order.id)
    turn = sum(occasion.startswith(restored.name) for occasion in order.announced)
    gone = f"{returned.name}-{turn}" if turn else returned.occasion
    if settlement.returned_at is not None:
        yield gone, returned
    elif gone in order.announced and settlement.ended_at is None:
        yield f"{restored.name}-{turn}", restored
