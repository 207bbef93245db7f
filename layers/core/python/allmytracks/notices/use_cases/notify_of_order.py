"""Notifies a member by mail of an order's events; each notice is sent at most once and recorded (U-VIII)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.enforcement.rules_reason_words import REASONS
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.money import money
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.ports import Memberships
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.payments.events import (
    MembershipActivated,
    MembershipCancelled,
    MembershipRestored,
    OrderDeclined,
    OrderFailed,
    PaymentPartlyReturned,
    PaymentReturned,
)
from allmytracks.payments.orders.rules import Order, OrderStatus, PlanForIndividuals, Settlement
from allmytracks.payments.orders.rules_problems import problem_of, told
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class NotifyMember:
    """Mails the member on activation, failure, decline, cancellation and return of money; other events have no mail.

    Raises OrderNotFound, AccountNotFound, Unavailable.
    """

    accounts: Accounts
    orders: Orders
    memberships: Memberships
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self, event_name: str, account_id: str, order_id: str | None) -> None:
        if event_name not in _LETTERS or order_id is None:
            return
        letter = _LETTERS[event_name]
        order = self.orders.get(account_id, order_id)
        at = letter.at(order.settlement) if order.settlement else None
        if at is None:
            return  # a later fact superseded the event, and has an event of its own
        email = self.accounts.get(account_id).email
        which, text = f"{order_id}-{event_name}", self._text(letter, order)
        notice = Notice(account_id, which, at, letter.subject, text, kind_of(event_name))
        send_once(notice, email, self.notices, self.mailer, self.clock)

    def _text(self, letter: _Letter, order: Order) -> str:
        periods = self.memberships.periods(order.account_id)
        period = next((period for period in periods if period.order_id == order.id), None)
        span = f" It runs from {_day(period.starts_at)} to {_day(period.ends_at)} (UTC)." if period else ""
        settlement = order.settlement
        returned = money(settlement.amount_returned if settlement else 0, order.currency)
        settled = _TO_SETTLE if order.amount_to_settle else ""
        ended = settlement is None or settlement.ended_at is not None
        over = _OVER if settlement is not None and settlement.activated_at is not None else ""
        words = {"over": over, "span": span, "why": self._why(order), "returned": returned, "settled": settled}
        return (
            letter.text.format(plan=order.benefits.plan_name, goes_on="" if ended else _GOES_ON, **words)
            + f"\n\nYour orders: {self.site_url}/orders/{order.id}\n"
        )

    def _why(self, order: Order) -> str:
        settled = order.settlement
        if settled is not None and settled.ended_reason is not None:
            reason = REASONS.get(settled.ended_reason) or _ORDERS_REASONS.get(settled.ended_reason)
            return f" Reason: {reason} ({settled.ended_reason})." if reason else ""
        sentence = told(problem_of(order, self.clock.now()), settled.failure if settled else None)
        return f" {sentence}" if sentence else ""


class _Letter(Struct, frozen=True):
    """The words of one kind of notice, and the instant that it is about."""

    subject: str
    text: str
    at: Callable[[Settlement], datetime | None]


# Endings that follow from the account's own orders, not from an operator.
_ORDERS_REASONS = {
    PlanForIndividuals.code: "this account is an enterprise's, or will be once the membership begins that it paid for",
}
_FAILED = frozenset({OrderStatus.DECLINED, OrderStatus.EXPIRED})
_LETTERS = {
    MembershipActivated.__name__: _Letter(
        "Your AllMyTracks membership",
        "Thank you. Your payment is confirmed, and your {plan} membership is yours.{span}",
        lambda settlement: settlement.activated_at if settlement.ended_at is None else None,
    ),
    OrderFailed.__name__: _Letter(
        "Your AllMyTracks order was not paid",
        "Your {plan} order was not paid, so no membership started.{why}",
        lambda settlement: settlement.failed_at if settlement.status in _FAILED else None,
    ),
    PaymentReturned.__name__: _Letter(
        "Your AllMyTracks payment was returned",
        "The payment of your {plan} order was returned{over}.",
        lambda settlement: settlement.returned_at,
    ),
    PaymentPartlyReturned.__name__: _Letter(
        "A part of your AllMyTracks payment was returned",
        "{returned} of the payment of your {plan} order have been returned so far.{goes_on}",
        lambda settlement: settlement.last_return_at if settlement.returned_at is None else None,
    ),
    OrderDeclined.__name__: _Letter(
        "Your AllMyTracks order was declined",
        "We have declined your {plan} order.{why}{settled}",
        lambda settlement: settlement.declined_at,
    ),
    MembershipRestored.__name__: _Letter(
        "Your AllMyTracks membership runs again",
        "The money of your {plan} order is with us after all, and its membership is yours again.{span}",
        lambda settlement: settlement.last_return_at if settlement.ended_at is None else None,
    ),
    MembershipCancelled.__name__: _Letter(
        "Your AllMyTracks membership was cancelled",
        "The {plan} membership of this order has ended.{why} As agreed, its fee is not returned.",
        lambda settlement: settlement.cancelled_at,
    ),
}
EVENTS = frozenset(_LETTERS)

_OVER = ", and the membership that it had paid for has ended"
_GOES_ON = " Your membership goes on as before."
_TO_SETTLE = " What you paid for it will be returned by the way you paid."


def _day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
