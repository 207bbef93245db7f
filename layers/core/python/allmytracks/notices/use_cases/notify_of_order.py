"""Notifies a member by mail of an order's events; each notice is sent at most once and recorded (U-VIII)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.documents.rules_dates import day
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
    RenewalFailed,
    SpecialLicensePaid,
    SpecialLicenseQuoted,
    SubscriptionCancelled,
    SubscriptionPaid,
)
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_CLOSED
from allmytracks.payments.orders.rules import Order, OrderStatus, PlanForIndividuals, Settlement
from allmytracks.payments.orders.rules_problems import problem_of, told
from allmytracks.payments.orders.rules_storage import Mode
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
        if event_name not in EVENTS or order_id is None:
            return
        order = self.orders.get(account_id, order_id)
        letter = _letters_of(order)[event_name]
        at = letter.at(order.settlement) if order.settlement else _quoted_at(event_name, order)
        if at is None:
            return  # a later fact superseded the event, and has an event of its own
        if order.settlement is not None and order.settlement.ended_reason == ACCOUNT_CLOSED:
            return  # the notice of the closing says so
        account = self.accounts.get(account_id)
        which, text = f"{order_id}-{event_name}", self._text(letter, order)
        notice = Notice(account_id, which, at, letter.subject, text, kind_of(event_name))
        send_once(notice, account, self.notices, self.mailer, self.clock)

    def _text(self, letter: _Letter, order: Order) -> str:
        periods = self.memberships.periods(order.account_id)
        period = next((period for period in periods if period.order_id == order.id), None)
        span = f" It runs from {day(period.starts_at)} to {day(period.ends_at)} (UTC)." if period else ""
        settlement = order.settlement
        returned = money(settlement.amount_returned if settlement else 0, order.currency)
        settled = _TO_SETTLE if order.amount_to_settle else ""
        ended = settlement is None or settlement.ended_at is not None
        over = _OVER if settlement is not None and settlement.activated_at is not None else ""
        words = {"over": over, "span": span, "why": self._why(order), "returned": returned, "settled": settled}
        words |= {"amount": money(order.amount, order.currency), **self._of_storage(order)}
        words |= {"valid_until": day(order.expires_at)}
        return (
            letter.text.format(plan=order.benefits.plan_name, goes_on="" if ended else _GOES_ON, **words)
            + f"\n\nYour orders: {self.site_url}/orders/{order.id}\n"
        )

    @staticmethod
    def _of_storage(order: Order) -> dict[str, str]:
        settled, package = order.settlement, order.storage
        if package is None or settled is None:
            return {}
        back = order.amount_kept_to_return
        refund = f" {money(back, order.currency)} are given back by the way you paid." if back else ""
        month = f" It is for the month from {day(settled.covers_from)} on." if settled.covers_from else ""
        renews = _RENEWS if package.mode is Mode.MONTHLY else ""
        return {"paid": money(order.amount, order.currency), "refund": refund, "month": month, "renews": renews}

    def _why(self, order: Order) -> str:
        settled = order.settlement
        if settled is not None and settled.ended_reason is not None:
            reason = REASONS.get(settled.ended_reason) or _ORDERS_REASONS.get(settled.ended_reason)
            return f" Reason: {reason}." if reason else ""
        sentence = told(problem_of(order, self.clock.now()), settled.failure if settled else None)
        return f" {sentence}" if sentence else ""


def _letters_of(order: Order) -> Mapping[str, _Letter]:
    if order.special is not None:
        return _OF_SPECIAL
    return _LETTERS if order.storage is None else _OF_STORAGE


def _quoted_at(event_name: str, order: Order) -> datetime | None:
    return order.quoted_at if event_name == SpecialLicenseQuoted.__name__ else None


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
        "Thank you. Your payment of {amount} is confirmed, and your {plan} membership is yours.{span}\n\n"
        "Your invoice is with your order.",
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
_OF_STORAGE = {
    **_LETTERS,
    SubscriptionPaid.__name__: _Letter(
        "Your AllMyTracks cloud storage is paid",
        "Thank you. Your payment of {paid} for cloud storage, {plan}, is confirmed.{month}{renews}",
        lambda settlement: settlement.activated_at if settlement.ended_at is None else None,
    ),
    RenewalFailed.__name__: _Letter(
        "The payment for your AllMyTracks cloud storage failed",
        "The next month of your cloud storage, {plan}, could not be charged ({paid}).{why} We try again in the next "
        "days, and your recordings stay until then. Please check your card: without a payment your cloud storage ends, "
        "and your recordings are erased.",
        lambda settlement: settlement.failed_at if settlement.status in _FAILED else None,
    ),
    SubscriptionCancelled.__name__: _Letter(
        "Your AllMyTracks cloud storage is cancelled",
        "Your cloud storage, {plan}, is cancelled. You have access until the day that your subscription shows; your "
        "recordings are erased then.{refund}",
        lambda settlement: settlement.cancelled_at,
    ),
    OrderFailed.__name__: _Letter(
        "Your AllMyTracks order was not paid",
        "Your order of cloud storage, {plan}, was not paid, so nothing started.{why}",
        lambda settlement: settlement.failed_at if settlement.status in _FAILED else None,
    ),
    PaymentReturned.__name__: _Letter(
        "Your AllMyTracks payment was returned",
        "The payment of your cloud storage, {plan}, was returned ({returned}).",
        lambda settlement: settlement.returned_at,
    ),
    PaymentPartlyReturned.__name__: _Letter(
        "A part of your AllMyTracks payment was returned",
        "{returned} of the payment of your cloud storage, {plan}, have been returned so far.",
        lambda settlement: settlement.last_return_at if settlement.returned_at is None else None,
    ),
    MembershipRestored.__name__: _Letter(
        "Your AllMyTracks cloud storage runs again",
        "The money of your cloud storage, {plan}, is with us after all, and it runs again.",
        lambda settlement: settlement.last_return_at if settlement.ended_at is None else None,
    ),
}
_OF_SPECIAL = {
    **_LETTERS,
    SpecialLicenseQuoted.__name__: _Letter(
        "A special licence for you from AllMyTracks",
        "We have made you an offer for a special licence, for {amount}. Read its terms, accept them and pay by the end "
        "of {valid_until} (UTC); then you get its letter. You need not take it, and your membership does not change "
        "either way.",
        lambda _settlement: None,
    ),
    SpecialLicensePaid.__name__: _Letter(
        "Your AllMyTracks special licence is paid",
        "Thank you. Your payment of {amount} for a special licence is confirmed. Its letter is being made; you get "
        "another message with its number.\n\nYour invoice is with your order.",
        lambda settlement: settlement.activated_at if settlement.ended_at is None else None,
    ),
    OrderFailed.__name__: _Letter(
        "Your AllMyTracks order was not paid",
        "Your order of a special licence was not paid, so none was issued.{why}",
        lambda settlement: settlement.failed_at if settlement.status in _FAILED else None,
    ),
    PaymentReturned.__name__: _Letter(
        "Your AllMyTracks payment was returned",
        "The payment of your special licence was returned ({returned}), so the licence has ended.",
        lambda settlement: settlement.returned_at,
    ),
    PaymentPartlyReturned.__name__: _Letter(
        "A part of your AllMyTracks payment was returned",
        "{returned} of the payment of your special licence have been returned so far. The licence goes on as before.",
        lambda settlement: settlement.last_return_at if settlement.returned_at is None else None,
    ),
    OrderDeclined.__name__: _Letter(
        "The offer of a special licence was withdrawn",
        "We have withdrawn our offer of a special licence, so it cannot be paid any more.{settled}",
        lambda settlement: settlement.declined_at,
    ),
    MembershipRestored.__name__: _Letter(
        "Your AllMyTracks payment is with us after all",
        "The money of your special licence is with us after all. If its letter was revoked before, write to us: you "
        "get another one.",
        lambda settlement: settlement.last_return_at if settlement.ended_at is None else None,
    ),
}
EVENTS = frozenset({*_OF_STORAGE, *_OF_SPECIAL})

_OVER = ", and the membership that it had paid for has ended"
_RENEWS = " It renews by itself each month until you cancel it, in your account or by writing to us."
_GOES_ON = " Your membership goes on as before."
_TO_SETTLE = " What you paid for it will be returned by the way you paid."
