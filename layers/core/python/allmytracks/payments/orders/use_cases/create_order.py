"""Quoting a membership: no acceptance, no order (M-0.accept)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules_agreements import Accepted, require_current
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.errors import FieldProblem, IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_plans import (
    Plan,
    PlanNotFound,
    Price,
    PriceList,
    PriceLists,
)
from allmytracks.memberships.rules_purpose_words import id_in_words
from allmytracks.memberships.rules_terms import Term
from allmytracks.payments.orders.published import announced_end
from allmytracks.payments.orders.rules import (
    QUOTE_LIFETIME,
    Benefits,
    Order,
    require_audience,
)
from allmytracks.payments.orders.rules_end_of_service import require_no_longer
from allmytracks.payments.orders.rules_starts import Start, StartOption, chosen, start_options
from allmytracks.payments.orders.use_cases.keyed_orders import KeyedOrders
from allmytracks.payments.orders.use_cases.tax_price import TaxPrice
from allmytracks.payments.ports import Orders
from allmytracks.payments.rules_charges import is_charged
from allmytracks.publishing.ports import Publications


class OrderRequest(Struct, frozen=True):
    """A buyer's request; without a currency the plan's first price of the term is quoted.

    `start` is the choice to give up a membership for individuals for one for an enterprise (M-V.1).
    """

    account_id: str
    plan: str
    term: Term
    accept: Sequence[Accepted]
    source_ip: str
    currency: str | None = None
    idempotency_key: str | None = None
    start: Start = Start.AFTER_RUNNING


class Quoted(Struct, frozen=True):
    """The order, and whether an earlier request with the same key made it."""

    order: Order
    repeated: bool


@dataclass(frozen=True)
class CreateOrder:
    """Quotes the current price with its tax, and stores it with its benefits (M-II.4, M-II.7).

    Publications must not be cached: a price list is in force from its exact instant on.

    Raises InvalidFields, IdempotencyKeyReused, PlanForIndividuals, AccountNotVerified, GuardianConsentRequired,
    AccountFrozen, AccountRestricted, ServiceEnds.
    """

    orders: Orders
    accounts: Accounts
    restrictions: Restrictions
    billing: BillingParticulars
    memberships: Memberships
    publications: Publications
    clock: Clock
    ids: Ids

    def __call__(self, request: OrderRequest) -> Quoted:
        keyed = KeyedOrders(self.orders, self.ids)
        earlier = keyed.earlier(request.account_id, request.idempotency_key)
        if earlier is not None:
            return Quoted(_same_request(earlier, request), repeated=True)
        now = self.clock.now()
        account = self.accounts.get(request.account_id)
        require_may(account, Act.ORDER, self.restrictions.restriction(account.id), now)
        prices = published_price_lists(self.publications)
        plan, price = _offer(prices.at(now).offered(is_charged), request)
        acceptances = require_current(
            request.accept, published_agreements(self.publications), plan.agreements, now, request.source_ip
        )
        require_audience(account, plan.audience)
        start, other_start = self._starts(request, plan, prices, now)
        require_no_longer(announced_end(self.publications), start.starts_at, request.term)
        amount, tax = TaxPrice(self.billing, self.publications)(price.amount, price.currency, account, now)
        order = Order(
            id=keyed.id_for(request.account_id, request.idempotency_key),
            account_id=request.account_id,
            benefits=Benefits(
                plan=plan.id,
                terms_id=plan.terms_id,
                term=request.term,
                daily_downloads=plan.daily_downloads,
                audience=plan.audience,
                rights=plan.rights,
                plan_name=plan.name,
            ),
            amount=amount,
            currency=price.currency,
            quoted_at=now,
            expires_at=now + QUOTE_LIFETIME,
            tax=tax,
            start=start,
            other_start=other_start,
        )
        self.accounts.record_acceptances(request.account_id, acceptances)
        stored = self.orders.add(order)
        return Quoted(_same_request(stored, request), repeated=stored is not order)

    def _starts(
        self, request: OrderRequest, plan: Plan, prices: PriceLists, now: datetime
    ) -> tuple[StartOption, StartOption | None]:
        left = [period for period in self.memberships.periods(request.account_id) if period.ends_at > now]
        audiences = [prices.by_terms(period.terms_id).audience for period in left]
        return chosen(start_options(left, audiences, plan.audience, now), request.start, now)


def _same_request(order: Order, request: OrderRequest) -> Order:
    start = order.start.start if order.start and order.other_start else request.start
    asked = (request.plan, request.term, request.currency or order.currency, request.start)
    if asked != (order.benefits.plan, order.benefits.term, order.currency, start):
        raise IdempotencyKeyReused("This Idempotency-Key made another order. Send a new key for a new order.")
    return order


def _offer(prices: PriceList, request: OrderRequest) -> tuple[Plan, Price]:
    """The plan and its price in the list in force. Raises InvalidFields."""
    try:
        plan = prices.plan(request.plan)
    except PlanNotFound as error:
        raise InvalidFields([FieldProblem("plan", "unknown", error.detail)]) from None
    offers = [price for price in plan.prices if price.term == request.term]
    if request.currency is not None:
        offers = [price for price in offers if price.currency == request.currency]
    if not offers:
        field = "term" if request.currency is None else "currency"
        known = sorted({f"{id_in_words(price.term)} in {price.currency}" for price in plan.prices})
        told = f"{plan.name} is sold for a {', '.join(known)}."
        raise InvalidFields([FieldProblem(field, "not_sold", told)])
    return plan, offers[0]
