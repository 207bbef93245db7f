"""Request and response bodies of the operators' routes for accounts and orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.accounts.ports import AccountFilter
from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.accounts.rules_consents import Consent
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.operations.use_cases.look_up_account import AccountFile
from allmytracks.payments.orders.rules import Order, with_open_disputes
from allmytracks.payments.orders.rules_fees import Fees


class AccountsQuery(msgspec.Struct):
    """The address to look for."""

    email: str


class AccountSearchQuery(msgspec.Struct):
    """Which page of which accounts; `since` an instant with its zone."""

    status: AccountStatus | None = None
    since: datetime | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None

    def to_filter(self) -> AccountFilter:
        """The filter as a domain object. Raises InvalidFields."""
        if self.since is not None and self.since.tzinfo is None:
            raise InvalidFields([FieldProblem("since", "invalid", "Give the time with its zone (…Z).")])
        return AccountFilter(self.status, self.since)


class ListedAccount(msgspec.Struct):
    """An account in a list."""

    account_id: str
    email: str
    status: str
    kind: str
    country: str | None
    created_at: str


class AccountsAnswer(msgspec.Struct):
    """One page of accounts, in no particular order."""

    items: list[ListedAccount]
    next_cursor: str | None


class AcceptanceAnswer(msgspec.Struct):
    """Evidence of one acceptance."""

    agreement: str
    version: str
    accepted_at: str
    source_ip: str


class OrderAnswer(msgspec.Struct):
    """An order as an operator sees it; sums in the currency's minor unit, `method` a kind, never a number.

    `amount_to_settle` is still to be refunded through the payment provider: of an order that was declined, or paid
    twice; `amount_uncounted` the same of payments in another sum or currency.
    """

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
    amount_paid: int
    amount_returned: int
    amount_to_settle: int
    amount_uncounted: int
    declined_at: str | None
    cancelled_at: str | None
    ended_reason: str | None
    problem: str | None
    failure: str | None


class ToSettleQuery(msgspec.Struct):
    """Which page."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class ToSettleAnswer(msgspec.Struct):
    """Orders with money to refund, the longest waiting first."""

    items: list[OrderAnswer]
    next_cursor: str | None


class EndingForm(msgspec.Struct):
    """Why an operator declines an order or cancels a membership."""

    reason: Reason


class CancellationAnswer(msgspec.Struct):
    """The orders whose periods ended."""

    account_id: str
    orders: list[str]


class FeesSum(msgspec.Struct):
    """The fees of one currency, in its minor unit: `kept` is what was paid less what was returned."""

    currency: str
    orders: int
    paid: int
    returned: int
    kept: int


class FeesAnswer(msgspec.Struct):
    """The fees that an account paid, by currency; the most that can be owed to its member (M-VI.8)."""

    account_id: str
    fees: list[FeesSum]


class HeldMembership(msgspec.Struct):
    """The membership now: plan and bounds of the running period, else of the next one, else of the last one."""

    status: str
    plan: str | None
    starts_at: str | None
    ends_at: str | None


class HeldAllowance(msgspec.Struct):
    """What is left of the day's downloads."""

    limit: int
    used: int
    remaining: int
    resets_at: str


class HeldRestriction(msgspec.Struct):
    """The end and the reason of a restriction."""

    reason: str
    until: str


class HeldMail(msgspec.Struct):
    """Why notices reach the inbox alone: `bounced`, `complained` or `suppressed`."""

    failure: str
    at: str


class HeldConsent(msgspec.Struct):
    """An optional consent; one to an earlier version of its purpose is not `given`."""

    id: str
    given: bool
    version: str
    changed_at: str | None


class AccountFileAnswer(msgspec.Struct):
    """An account with its acceptances and orders. While a dispute is open, it cannot be closed."""

    account_id: str
    email: str
    status: str
    kind: str
    display_name: str | None
    country: str | None
    minor: bool
    created_at: str
    end_user: str | None
    further_users: list[str]
    open_disputes: list[str]
    membership: HeldMembership
    allowance: HeldAllowance
    restriction: HeldRestriction | None
    mail_failure: HeldMail | None
    consents: list[HeldConsent]
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
        term=order.benefits.term,
        amount=order.amount,
        currency=order.currency,
        quoted_at=rfc3339(order.quoted_at),
        provider=order.checkout.provider if order.checkout else None,
        payment_reference=settlement.payment_reference if settlement else None,
        method=settlement.method if settlement else None,
        activated_at=rfc3339(settlement.activated_at) if settlement and settlement.activated_at else None,
        amount_paid=settlement.amount_paid if settlement else 0,
        amount_returned=settlement.amount_returned if settlement else 0,
        amount_to_settle=order.amount_to_settle,
        amount_uncounted=settlement.amount_uncounted if settlement else 0,
        declined_at=rfc3339(settlement.declined_at) if settlement and settlement.declined_at else None,
        cancelled_at=rfc3339(settlement.cancelled_at) if settlement and settlement.cancelled_at else None,
        ended_reason=settlement.ended_reason if settlement else None,
        problem=settlement.problem if settlement else None,
        failure=settlement.failure if settlement else None,
    )


def listed_account(account: Account, now: datetime) -> ListedAccount:
    """An account in a list, at an instant."""
    return ListedAccount(
        account.id,
        account.email,
        account.status.value,
        account.kind_at(now).value,
        account.country,
        rfc3339(account.created_at),
    )


def fees_answer(account_id: str, fees: Sequence[Fees]) -> FeesAnswer:
    """The fees of an account."""
    sums = [FeesSum(each.currency, each.orders, each.paid, each.returned, each.kept) for each in fees]
    return FeesAnswer(account_id, sums)


def _held_consent(consent: Consent) -> HeldConsent:
    decision, purpose = consent.decision, consent.purpose
    return HeldConsent(purpose.id, consent.given, purpose.version, rfc3339(decision.changed_at) if decision else None)


def account_file_answer(file: AccountFile, now: datetime) -> AccountFileAnswer:
    """An account at an instant."""
    account, shown, held = file.account, file.membership.shown, file.restriction
    return AccountFileAnswer(
        account_id=account.id,
        email=account.email,
        status=account.status.value,
        kind=account.kind_at(now).value,
        display_name=account.display_name,
        country=account.country,
        minor=account.minor,
        created_at=rfc3339(account.created_at),
        end_user=account.end_user,
        further_users=sorted(account.further_users),
        open_disputes=list(with_open_disputes(file.orders)),
        membership=HeldMembership(
            file.membership.status,
            shown.plan if shown else None,
            rfc3339(shown.starts_at) if shown else None,
            rfc3339(shown.ends_at) if shown else None,
        ),
        allowance=HeldAllowance(
            file.allowance.limit, file.allowance.used, file.allowance.remaining, rfc3339(file.allowance.resets_at)
        ),
        # One that has ended has no effect, though it is still on record.
        restriction=HeldRestriction(held.reason, rfc3339(held.until)) if held and held.until > now else None,
        mail_failure=HeldMail(file.mail_failure.failure.value, rfc3339(file.mail_failure.at))
        if file.mail_failure
        else None,
        consents=[_held_consent(each) for each in file.consents],
        acceptances=[
            AcceptanceAnswer(each.agreement, each.version, rfc3339(each.accepted_at), each.source_ip)
            for each in file.acceptances
        ],
        orders=[order_answer(order, now) for order in file.orders],
    )
