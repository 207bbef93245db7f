"""Orders: a quote until its buyer confirms exactly that quote (U-III.I.2), then settled by its payments."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules import Account
from allmytracks.foundation.errors import Conflict, Forbidden, NotFound
from allmytracks.memberships.rules_rights import ProjectKind, Purpose
from allmytracks.memberships.rules_terms import Term
from allmytracks.payments.orders.rules_special import SpecialOrder
from allmytracks.payments.orders.rules_starts import StartOption
from allmytracks.payments.orders.rules_storage import DevicePackage
from allmytracks.payments.orders.rules_taxes import Tax

QUOTE_LIFETIME = timedelta(minutes=30)


class OrderStatus(StrEnum):
    """The status of an order."""

    QUOTED = "quoted"
    PENDING = "pending"
    PAID = "paid"
    DECLINED = "declined"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    EXPIRED = "expired"


class OrderNotFound(NotFound):
    """The caller has no such order."""

    code = "order_not_found"


class QuoteMismatch(Conflict):
    """The confirmation differs from the quote (U-III.I.2)."""

    code = "quote_mismatch"


class OrderExpired(Conflict):
    """The quote or the checkout has expired; a new order is needed."""

    code = "order_expired"


class OrderNotOpen(Conflict):
    """The order is settled already and cannot be confirmed."""

    code = "order_not_open"


class NothingToEnd(Conflict):
    """The order is fully refunded, or there is no membership to cancel."""

    code = "nothing_to_end"


class PlanForIndividuals(Forbidden):
    """Plans for personal projects are not sold to an enterprise account, which stays one permanently (U-II.III.1.4)."""

    code = "plan_for_individuals"


def require_audience(account: Account, audience: str) -> None:
    """Checks that an account may order a plan of this audience. Raises PlanForIndividuals.

    Refused from the payment for its first Business period on: other orders could only run after that period.
    """
    if account.is_to_be_enterprise and audience == ProjectKind.PERSONAL:
        message = (
            "This account is permanently an enterprise's. Order a plan for enterprise projects, or use another account."
        )
        raise PlanForIndividuals(message)


class Benefits(Struct, frozen=True):
    """The published benefits at the time of the order, whatever the price list says later (M-II.4)."""

    plan: str
    terms_id: str
    term: Term
    daily_downloads: int
    audience: str
    rights: Mapping[Purpose, str]
    plan_name: str


class Checkout(Struct, frozen=True):
    """The provider's checkout session and its page."""

    provider: str
    session_id: str
    url: str


class Settlement(Struct, frozen=True):
    """The result of all payment facts of one order (P-7.payment: references, kind of method, status and sums only).

    `activated_at` is the payment's own time, also of a refunded order. `last_return_at` is when money was last
    returned, `returned_at` when all of it had been. `ended_reason` is the code of why an operator declined the order or
    the membership was cancelled. `problem` is why a payment did not count (`amount_mismatch`, `currency_mismatch`,
    `paid_twice`), `failure` the provider's code of why the last one failed. `amount_uncounted` is the sum of payments
    that did not count and are not refunded yet, in their own currency; other sums are in the minor unit of the order's.
    Disputes and refunds have the provider's ids. `to_return` is what a cancellation gives back, with what was given
    back before it; `covers_from` the start of the month that a monthly plan's payment is for; `expired_checkout` the
    session that last ended unpaid.
    """

    status: OrderStatus
    activated_at: datetime | None = None
    returned_at: datetime | None = None
    failed_at: datetime | None = None
    amount_returned: int = 0
    payment_reference: str | None = None
    method: str | None = None
    problem: str | None = None
    amount_paid: int = 0
    last_return_at: datetime | None = None
    declined_at: datetime | None = None
    cancelled_at: datetime | None = None
    ended_reason: str | None = None
    failure: str | None = None
    amount_uncounted: int = 0
    open_disputes: tuple[str, ...] = ()
    won_disputes: tuple[str, ...] = ()
    failed_refunds: tuple[str, ...] = ()
    to_return: int = 0
    covers_from: datetime | None = None
    expired_checkout: str | None = None

    @property
    def ended_at(self) -> datetime | None:
        """When its period was ended early: returned, declined or cancelled, whichever came first."""
        instants = (self.returned_at, self.declined_at, self.cancelled_at)
        return min((instant for instant in instants if instant is not None), default=None)


class Order(Struct, frozen=True):
    """One order of one account. `amount` is the whole sum, tax included, in the currency's minor unit.

    The buyer's side (quote, checkout) and the provider's side (settlement) are written by different use cases and never
    overwrite each other: the status follows from both. `announced` holds the occasions of published events. `start` is
    the quoted choice of when its period begins; `other_start` the alternative, if any. `storage` is the package of an
    order for cloud storage, `special` the quote of a special licence; neither gives a period of a membership.
    """

    id: str
    account_id: str
    benefits: Benefits
    amount: int
    currency: str
    quoted_at: datetime
    expires_at: datetime
    checkout: Checkout | None = None
    settlement: Settlement | None = None
    announced: frozenset[str] = frozenset()
    tax: Tax | None = None
    start: StartOption | None = None
    other_start: StartOption | None = None
    storage: DevicePackage | None = None
    special: SpecialOrder | None = None

    @property
    def is_for_membership(self) -> bool:
        """Whether it buys a period of a membership."""
        return self.storage is None and self.special is None

    @property
    def gives_up(self) -> tuple[str, ...]:
        """The orders whose periods end when this one is paid."""
        return tuple(each.order_id for each in self.start.gives_up) if self.start else ()

    @property
    def open_checkout(self) -> Checkout | None:
        """Its checkout, unless the provider ended that unpaid."""
        expired = self.settlement.expired_checkout if self.settlement else None
        return self.checkout if self.checkout is not None and self.checkout.session_id != expired else None

    def status_at(self, now: datetime) -> OrderStatus:
        """The status at an instant: only a quote expires by time, later statuses follow from the provider's facts.

        A checkout lasts a day at most, the quote of a special licence weeks: it outlasts a checkout that expired.
        """
        settled = self.settlement
        if settled is not None and not (self.special is not None and settled.status is OrderStatus.EXPIRED):
            return settled.status
        if self.open_checkout is not None:
            return OrderStatus.PENDING
        return OrderStatus.QUOTED if now < self.expires_at else OrderStatus.EXPIRED

    @property
    def amount_to_settle(self) -> int:
        """The sum still to be refunded through the payment provider, in the order's currency (M-II.2).

        The whole payment of a declined order; of others the overpayment, and what a cancellation gives back.
        """
        settled = self.settlement
        if settled is None:
            return 0
        overpaid = max(0, settled.amount_paid - self.amount)
        due = settled.amount_paid if settled.declined_at is not None else overpaid + settled.to_return
        return max(0, due - settled.amount_returned)

    @property
    def amount_kept_to_return(self) -> int:
        """What a cancellation still gives back, in the order's currency (S-8.2.1); never more than its price."""
        settled = self.settlement
        if settled is None or settled.declined_at is not None:
            return 0
        return min(self.amount_to_settle, max(0, settled.to_return - self.amount_given_back))

    @property
    def amount_given_back(self) -> int:
        """What was returned of its price; an overpayment is returned first."""
        settled = self.settlement
        if settled is None:
            return 0
        return max(0, settled.amount_returned - max(0, settled.amount_paid - self.amount))

    @property
    def is_to_settle(self) -> bool:
        """Whether an operator has money of this order to refund."""
        return self.amount_to_settle > 0 or (self.settlement is not None and self.settlement.amount_uncounted > 0)

    def is_open_at(self, now: datetime) -> bool:
        """Whether it can still be confirmed or paid. A declined card leaves the checkout open for another one."""
        if self.settlement is not None and self.settlement.declined_at is not None:
            return False
        if self.storage is not None and self.storage.renews is not None:
            return False  # the provider charges it by itself
        return self.status_at(now) in {OrderStatus.QUOTED, OrderStatus.PENDING, OrderStatus.DECLINED}


def newest_first(orders: Iterable[Order]) -> list[Order]:
    """Orders as a member reads them."""
    return sorted(orders, key=lambda order: (order.quoted_at, order.id), reverse=True)


def with_open_disputes(orders: Iterable[Order]) -> tuple[str, ...]:
    """The orders with an open dispute: while there is one, the account cannot be closed."""
    return tuple(order.id for order in orders if order.settlement is not None and order.settlement.open_disputes)


def order_id_for(account_id: str, idempotency_key: str) -> str:
    """The id of the order for an Idempotency-Key; deterministic."""
    digest = hashlib.sha256(f"order\0{account_id}\0{idempotency_key}".encode()).digest()
    return "ord_" + base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def require_quote(order: Order, amount: int, currency: str, now: datetime) -> None:
    """Checks the confirmation against the quote, while it can be confirmed (U-III.I.2).

    A retry confirms a pending order again. Raises QuoteMismatch, OrderExpired, OrderNotOpen.
    """
    if (amount, currency) != (order.amount, order.currency):
        raise QuoteMismatch(
            "Confirm exactly the amount and currency of the quote.",
            quoted={"amount": order.amount, "currency": order.currency},
        )
    status = order.status_at(now)
    if status is OrderStatus.EXPIRED:
        again = "Ask for a new quote." if order.special is not None else "Place a new one."
        raise OrderExpired(f"This order has expired. {again}")
    if not order.is_open_at(now):
        raise OrderNotOpen(f"This order is {status} already.", status=status)
