"""Request and response bodies of the order, membership and webhook routes (api.md). Amounts in minor units."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import asdict

from allmytracks.accounts.schemas import AcceptForm
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_rights import rights_of
from allmytracks.memberships.schemas import PublishedId
from allmytracks.memberships.use_cases.get_membership import Membership
from allmytracks.payments.orders.rules import Order, Settlement
from allmytracks.payments.orders.rules_problems import problem_of, told, translations_of
from allmytracks.payments.orders.rules_starts import Start, StartOption, in_words, storage_in_words
from allmytracks.payments.orders.rules_storage import Mode, subscription_id_of


class OrderForm(msgspec.Struct):
    """What to buy; without a currency the plan's first price of the term is quoted.

    `start` is `after_running`, or `at_once` to give up a running membership for individuals, without refund, for one
    for an enterprise.
    """

    plan: str
    term: PublishedId
    accept: list[AcceptForm]
    currency: str | None = None
    start: Start = Start.AFTER_RUNNING


class ConfirmationForm(msgspec.Struct):
    """Exactly what was quoted; and the agreement, where a newer one came into force since the quote.

    `terms_sha256` is needed for a special licence alone, and accepts the terms that have this hash.
    """

    amount: int
    currency: str
    accept: list[AcceptForm] = []
    terms_sha256: str | None = None


class BenefitsAnswer(msgspec.Struct):
    """What the order promises, whatever the price list says later."""

    daily_downloads: int
    rights: dict[str, str]


class TaxAnswer(msgspec.Struct):
    """The tax within the order's amount, in the currency's minor unit; with `reverse_charge` the buyer owes it."""

    country: str
    name: str
    percent: str
    amount: int
    reverse_charge: bool


class GivenUpAnswer(msgspec.Struct):
    """A period that ends when the order is paid; its fee is not refunded."""

    order_id: str
    plan: str
    ends_at: str


class StartAnswer(msgspec.Struct):
    """When the period begins if the order is paid now, what is given up for it, and the same in words.

    `start` is `after_running` (what runs ends as it would) or `at_once`.
    """

    start: str
    starts_at: str
    gives_up: list[GivenUpAnswer]
    detail: str


class StorageAnswer(msgspec.Struct):
    """What an order for cloud storage buys, and the subscription that it begins or renews (`renews`)."""

    device_id: str
    package: str
    mode: Mode
    retention_days: int
    subscription_id: str
    renews: bool


class SpecialOrderAnswer(msgspec.Struct):
    """What a quote of a special licence is about; its terms are at GET /v1/orders/{id}/terms.

    Send `terms_sha256` with the confirmation. `needs_membership`: it needs a running membership.
    """

    terms_sha256: str
    needs_membership: bool


class OrderAnswer(msgspec.Struct):
    """One order.

    `problem` says why a payment did not count, or what blocks the order (`amount_mismatch`, `currency_mismatch`,
    `paid_twice`, `payment_failed`, `order_expired`, `order_declined`), `problem_detail` the same for people, and
    `problem_translations` that by language. `ended_at` is when what it paid for was ended before its term;
    `amount_to_settle` what will still be given back. `start` is as it was quoted; `other_start` is the other choice
    that there is, by another order with that `start`. `storage` is of orders for cloud storage alone, `special` of
    those for a special licence; the benefits of both are empty.
    """

    order_id: str
    status: str
    plan: str
    term: str
    amount: int
    currency: str
    tax: TaxAnswer | None
    quoted_at: str
    expires_at: str
    benefits: BenefitsAnswer
    checkout_url: str | None
    activated_at: str | None
    returned_at: str | None
    ended_at: str | None
    amount_paid: int
    amount_returned: int
    amount_to_settle: int
    payment_method: str | None
    problem: str | None
    problem_detail: str | None
    problem_translations: dict[str, str]
    start: StartAnswer | None
    other_start: StartAnswer | None
    storage: StorageAnswer | None = None
    special: SpecialOrderAnswer | None = None


class OrdersAnswer(msgspec.Struct):
    """A page of the caller's orders, newest first."""

    items: list[OrderAnswer]
    next_cursor: str | None


class CancellationForm(msgspec.Struct):
    """The member's acknowledgement that fees are not refunded (M-V.1)."""

    without_refund: Literal["yes"]


class PeriodAnswer(msgspec.Struct):
    """One paid term: from its start up to, not including, its end."""

    order_id: str
    plan: str
    starts_at: str
    ends_at: str


class MembershipAnswer(msgspec.Struct):
    """The membership now: plan and bounds of the running period, else of the next one, else of the last one."""

    status: str
    plan: str | None
    starts_at: str | None
    ends_at: str | None
    periods: list[PeriodAnswer]


class WebhookAnswer(msgspec.Struct):
    """The webhook is stored."""

    received: bool


def order_answer(order: Order, now: datetime) -> OrderAnswer:
    """An order as its buyer sees it."""
    settlement = order.settlement
    status = order.status_at(now)
    problem = problem_of(order, now)
    failure = settlement.failure if settlement else None
    return OrderAnswer(
        order_id=order.id,
        status=status,
        plan=order.benefits.plan,
        term=order.benefits.term,
        amount=order.amount,
        currency=order.currency,
        tax=TaxAnswer(**asdict(order.tax)) if order.tax else None,
        quoted_at=rfc3339(order.quoted_at),
        expires_at=rfc3339(order.expires_at),
        benefits=BenefitsAnswer(
            daily_downloads=order.benefits.daily_downloads,
            rights={purpose: right.value for purpose, right in rights_of(order.benefits.rights).items()},
        ),
        checkout_url=order.open_checkout.url if order.open_checkout and order.is_open_at(now) else None,
        activated_at=_text(settlement.activated_at) if settlement else None,
        returned_at=_text(settlement.returned_at) if settlement else None,
        ended_at=_text(_ended_at(order, settlement)) if settlement else None,
        amount_paid=settlement.amount_paid if settlement else 0,
        amount_returned=settlement.amount_returned if settlement else 0,
        amount_to_settle=order.amount_to_settle,
        payment_method=settlement.method if settlement else None,
        problem=problem,
        problem_detail=told(problem, failure),
        problem_translations=translations_of(problem, failure),
        start=_start(order, order.start),
        other_start=_start(order, order.other_start),
        storage=_storage(order),
        special=SpecialOrderAnswer(**asdict(order.special)) if order.special else None,
    )


def _ended_at(order: Order, settlement: Settlement) -> datetime | None:
    """Cloud storage that was cancelled goes on for a while: its subscription says until when."""
    return settlement.ended_at if order.storage is None else settlement.declined_at


def _storage(order: Order) -> StorageAnswer | None:
    package = order.storage
    if package is None:
        return None
    first = package.renews or order.id
    return StorageAnswer(
        package.device_id,
        order.benefits.plan,
        package.mode,
        package.retention_days,
        subscription_id_of(first),
        package.renews is not None,
    )


def _start(order: Order, option: StartOption | None) -> StartAnswer | None:
    if option is None:
        return None
    gives_up = [GivenUpAnswer(each.order_id, each.plan, rfc3339(each.ends_at)) for each in option.gives_up]
    return StartAnswer(
        option.start,
        rfc3339(option.starts_at),
        gives_up,
        in_words(option) if order.storage is None else storage_in_words(option),
    )


def membership_answer(membership: Membership) -> MembershipAnswer:
    """A membership as its member sees it."""
    shown = membership.shown
    return MembershipAnswer(
        status=membership.status,
        plan=shown.plan if shown else None,
        starts_at=rfc3339(shown.starts_at) if shown else None,
        ends_at=rfc3339(shown.ends_at) if shown else None,
        periods=[_period(period) for period in membership.periods],
    )


def _period(period: Period) -> PeriodAnswer:
    return PeriodAnswer(period.order_id, period.plan, rfc3339(period.starts_at), rfc3339(period.ends_at))


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
