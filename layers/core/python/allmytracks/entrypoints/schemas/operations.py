"""What the operators' routes of accounts and orders take and give."""

from __future__ import annotations

from datetime import datetime

import msgspec

from allmytracks.domain.instants import rfc3339
from allmytracks.domain.orders import Order
from allmytracks.services.look_up_account import AccountFile


class AccountsQuery(msgspec.Struct):
    """The address to look for."""

    email: str


class AcceptanceAnswer(msgspec.Struct):
    """Evidence of one acceptance."""

    agreement: str
    version: str
    accepted_at: str
    source_ip: str


class OrderAnswer(msgspec.Struct):
    """An order as an operator sees it; `amount` in the currency's minor unit, `method` a kind, never a number."""

    order_id: str
    account_id: str
    status: str
    plan: str
    terms_id: str
    term: str
    amount: int
    currency: str
    quoted_at: str
    provider: str | None
    payment_reference: str | None
    method: str | None
    activated_at: str | None
    amount_returned: int
    problem: str | None


class AccountFileAnswer(msgspec.Struct):
    """An account with its acceptances and orders."""

    account_id: str
    email: str
    status: str
    kind: str
    display_name: str | None
    country: str | None
    minor: bool
    created_at: str
    end_user: str | None
    acceptances: list[AcceptanceAnswer]
    orders: list[OrderAnswer]


def order_answer(order: Order, now: datetime) -> OrderAnswer:
    """An order at an instant."""
    settlement = order.settlement
    return OrderAnswer(
        order_id=order.id,
        account_id=order.account_id,
        status=order.status_at(now).value,
        plan=order.benefits.plan,
        terms_id=order.benefits.terms_id,
        term=order.benefits.term.value,
        amount=order.amount,
        currency=order.currency,
        quoted_at=rfc3339(order.quoted_at),
        provider=order.checkout.provider if order.checkout else None,
        payment_reference=settlement.payment_reference if settlement else None,
        method=settlement.method if settlement else None,
        activated_at=rfc3339(settlement.activated_at) if settlement and settlement.activated_at else None,
        amount_returned=settlement.amount_returned if settlement else 0,
        problem=settlement.problem if settlement else None,
    )


def account_file_answer(file: AccountFile, now: datetime) -> AccountFileAnswer:
    """An account at an instant."""
    account = file.account
    return AccountFileAnswer(
        account_id=account.id,
        email=account.email,
        status=account.status.value,
        kind=account.kind.value,
        display_name=account.display_name,
        country=account.country,
        minor=account.minor,
        created_at=rfc3339(account.created_at),
        end_user=account.end_user,
        acceptances=[
            AcceptanceAnswer(each.agreement, each.version, rfc3339(each.accepted_at), each.source_ip)
            for each in file.acceptances
        ],
        orders=[order_answer(order, now) for order in file.orders],
    )
