"""What a cancellation gives back; the preview and the act are this one function (S-7.2.1, S-8.1, S-8.2)."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.rules_reasons import AGAINST, Reason
from allmytracks.foundation.errors import Conflict
from allmytracks.memberships.rules_terms import months_after
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.rules_charges import step_of
from allmytracks.storage.rules_cover import Period, months_begun

# Why an operator cancels: its member asked for it, or a reason of the operator's own.
REASONS = (Reason.MEMBER_REQUEST, Reason.DECEASED, Reason.END_OF_SERVICE, *AGAINST)


class NotCancellable(Conflict):
    """A trial, what was cancelled before, or what has ended."""

    code = "not_cancellable"


class Bought(Struct, frozen=True):
    """What was paid, in minor units of the currency.

    `monthly_amount` is the price of the monthly plan of the same package in the price list that was bought from: a
    later change of prices changes nothing. `given_back` are the credits and refunds given before.
    """

    mode: Mode
    currency: str
    amount: int
    monthly_amount: int
    given_back: int = 0


class Line(Struct, frozen=True):
    """One line of the calculation; the lines add up to the refund."""

    text: str
    amount: int


class Cancellation(Struct, frozen=True):
    """What the cancellation gives: until when there is access, and the refund."""

    access_until: datetime
    currency: str
    lines: tuple[Line, ...]

    @property
    def refund(self) -> int:
        """In minor units; never negative."""
        return sum(line.amount for line in self.lines)


def cancellation(period: Period, bought: Bought, now: datetime) -> Cancellation:
    """What cancelling now gives. `period` is what the subscription covers before it. Raises NotCancellable."""
    if period.trial:
        raise NotCancellable("A trial cannot be cancelled: it ends by itself, and nothing is charged.")
    if period.cancelled_at is not None:
        raise NotCancellable("This subscription is cancelled already.")
    if period.access_until <= now:
        raise NotCancellable("This subscription has ended.")
    if bought.mode is Mode.MONTHLY:
        text = "Monthly plans are not refunded in part; it runs to the end of the month paid for"
        return Cancellation(max(period.ends_at, now), bought.currency, (Line(text, 0),))
    if now < period.starts_at:
        return Cancellation(period.starts_at, bought.currency, _lines(bought, 0))
    if bought.mode is Mode.MONTH_ONCE:
        text = "A month that has begun is not refunded in part; it runs to its end"
        return Cancellation(period.ends_at, bought.currency, (Line(text, 0),))
    begun = months_begun(period.starts_at, now)
    return Cancellation(access_after(period, begun), bought.currency, _lines(bought, begun))


def access_after(period: Period, begun: int) -> datetime:
    """The end of the last month that is counted."""
    from_start = months_after(period.starts_at, begun)
    return min(period.ends_at, from_start)


def _lines(bought: Bought, begun: int) -> tuple[Line, ...]:
    lines = [Line("Price paid", bought.amount)]
    if begun:
        months = "1 month" if begun == 1 else f"{begun} months"
        lines.append(Line(f"{months} begun, at the price of the monthly plan", -begun * bought.monthly_amount))
    if bought.given_back:
        lines.append(Line("Credits and refunds given before", -bought.given_back))
    left = sum(line.amount for line in lines)
    if left < 0:
        lines.append(Line("A refund is never below zero", -left))
    missing = -left % step_of(bought.currency)
    if left > 0 and missing and left + missing <= bought.amount - bought.given_back:
        lines.append(Line("Rounded up to what can be paid in this currency", missing))
    return tuple(lines)
