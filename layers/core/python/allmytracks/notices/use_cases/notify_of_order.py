"""Notifies a member by mail of an order's events; each notice is sent at most once and recorded (U-VIII)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.ports import Accounts
from allmytracks.documents.rules_dates import day
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.money import money
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules import Catalogue, Letter
from allmytracks.mails.rules_catalogues import words_for
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
from allmytracks.payments.orders.rules import Order, OrderStatus, Settlement
from allmytracks.payments.orders.rules_problems import problem_of
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
        at = _AT[event_name](order.settlement) if order.settlement else _quoted_at(event_name, order)
        if at is None:
            return  # a later fact superseded the event, and has an event of its own
        if order.settlement is not None and order.settlement.ended_reason == ACCOUNT_CLOSED:
            return  # the notice of the closing says so
        account = self.accounts.get(account_id)
        letter = self._letter(words_for(account.language), event_name, order)
        notice = Notice(
            account_id,
            f"{order_id}-{event_name}",
            at,
            letter.subject,
            letter.text,
            kind_of(event_name),
            letter.language,
        )
        send_once(notice, account, self.notices, self.mailer, self.clock)

    def _letter(self, words: Catalogue, event_name: str, order: Order) -> Letter:
        periods = self.memberships.periods(order.account_id)
        period = next((period for period in periods if period.order_id == order.id), None)
        settled, language = order.settlement, words.language
        span = ""
        if period is not None:
            starts, ends = day(period.starts_at, language), day(period.ends_at, language)
            span = words.phrase("span", starts=starts, ends=ends)
        ended = settled is None or settled.ended_at is not None
        was_active = settled is not None and settled.activated_at is not None
        return words.letter(
            _name(words, event_name, order),
            site=self.site_url,
            order=order.id,
            plan=order.benefits.plan_name,
            amount=money(order.amount, order.currency),
            returned=money(settled.amount_returned if settled else 0, order.currency),
            valid_until=day(order.expires_at, language),
            span=span,
            why=self._why(words, order),
            over=words.phrase("over") if was_active else "",
            goes_on="" if ended else words.phrase("goes_on"),
            settled=words.phrase("to_settle") if order.amount_to_settle else "",
            **_of_storage(words, order),
        )

    def _why(self, words: Catalogue, order: Order) -> str:
        settled = order.settlement
        if settled is not None and settled.ended_reason is not None:
            reason = words.reasons.get(settled.ended_reason)
            return words.phrase("why", reason=reason) if reason else ""
        problem = problem_of(order, self.clock.now())
        return words.problem(problem, settled.failure if settled else None) or ""


def _name(words: Catalogue, event_name: str, order: Order) -> str:
    """Which letter: some events have another one for cloud storage, or for special licences."""
    other = f"{event_name}.{'special' if order.special is not None else 'storage'}"
    of_membership = order.special is None and order.storage is None
    return event_name if of_membership or other not in words.letters else other


def _of_storage(words: Catalogue, order: Order) -> dict[str, str]:
    settled, package = order.settlement, order.storage
    if package is None or settled is None:
        return {"refund": "", "month": "", "renews": ""}
    back, covers_from = order.amount_kept_to_return, settled.covers_from
    month = words.phrase("month", day=day(covers_from, words.language)) if covers_from else ""
    return {
        "refund": words.phrase("refund", amount=money(back, order.currency)) if back else "",
        "month": month + (words.phrase("recordings_go_on") if package.renews is not None else ""),
        "renews": words.phrase("renews") if package.mode is Mode.MONTHLY else "",
    }


def _quoted_at(event_name: str, order: Order) -> datetime | None:
    return order.quoted_at if event_name == SpecialLicenseQuoted.__name__ else None


_FAILED = frozenset({OrderStatus.DECLINED, OrderStatus.EXPIRED})


def _activated(settlement: Settlement) -> datetime | None:
    return settlement.activated_at if settlement.ended_at is None else None


def _failed(settlement: Settlement) -> datetime | None:
    return settlement.failed_at if settlement.status in _FAILED else None


def _cancelled(settlement: Settlement) -> datetime | None:
    return settlement.cancelled_at


# The instant that each notice is about; None where a later fact superseded the event.
_AT: Mapping[str, Callable[[Settlement], datetime | None]] = {
    MembershipActivated.__name__: _activated,
    SubscriptionPaid.__name__: _activated,
    SpecialLicensePaid.__name__: _activated,
    OrderFailed.__name__: _failed,
    RenewalFailed.__name__: _failed,
    MembershipCancelled.__name__: _cancelled,
    SubscriptionCancelled.__name__: _cancelled,
    SpecialLicenseQuoted.__name__: lambda _settlement: None,
    OrderDeclined.__name__: lambda settlement: settlement.declined_at,
    PaymentReturned.__name__: lambda settlement: settlement.returned_at,
    PaymentPartlyReturned.__name__: (
        lambda settlement: settlement.last_return_at if settlement.returned_at is None else None
    ),
    MembershipRestored.__name__: lambda settlement: settlement.last_return_at if settlement.ended_at is None else None,
}
EVENTS = frozenset(_AT)
