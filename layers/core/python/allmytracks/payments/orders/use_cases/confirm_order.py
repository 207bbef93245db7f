"""Confirming a quote opens the provider's checkout for exactly that price (U-III.I.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules_agreements import Accepted, require_current
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.published import published_price_lists
from allmytracks.payments.orders.published import announced_end
from allmytracks.payments.orders.rules import Order, require_audience, require_quote
from allmytracks.payments.orders.rules_end_of_service import require_no_longer
from allmytracks.payments.orders.rules_special import require_terms
from allmytracks.payments.orders.rules_storage import CLOUD_AGREEMENTS
from allmytracks.payments.ports import Orders, PaymentProvider
from allmytracks.publishing.ports import Publications


class Confirmation(Struct, frozen=True):
    """A buyer's confirmation: exactly the quote; and the newer agreement, if one came into force since.

    Of a special licence also the hash of its terms, by which exactly these are accepted.
    """

    account_id: str
    order_id: str
    amount: int
    currency: str
    source_ip: str
    accept: Sequence[Accepted] = ()
    terms_sha256: str | None = None


@dataclass(frozen=True)
class ConfirmOrder:
    """Returns the order with its checkout; a retry gets the same one.

    The agreement now in force must be accepted (M-0.accept), also where it is newer than the order's. The provider
    creates one checkout for each order, also on retries, so a crash before it is recorded loses nothing; another one
    where the first expired and the quote of a special licence still holds. Raises
    OrderNotFound, PlanForIndividuals, QuoteMismatch, OrderExpired, OrderNotOpen, InvalidFields (the agreement),
    ServiceEnds, TermsMismatch, QuoteNeedsMembership, Unavailable, and what require_may raises.
    """

    orders: Orders
    accounts: Accounts
    restrictions: Restrictions
    publications: Publications
    provider: PaymentProvider
    memberships: Memberships
    clock: Clock

    def __call__(self, confirmation: Confirmation) -> Order:
        now = self.clock.now()
        order = self.orders.get(confirmation.account_id, confirmation.order_id)
        account = self.accounts.get(order.account_id)
        require_may(account, Act.ORDER, self.restrictions.restriction(account.id), now)
        if order.is_for_membership:
            require_audience(account, order.benefits.audience)  # it may have become an enterprise since the quote
        require_quote(order, confirmation.amount, confirmation.currency, now)
        if order.open_checkout is not None:
            return order
        if order.special is not None:
            require_terms(order.special, confirmation.terms_sha256, is_member=self._is_member(account.id, now))
        else:
            starts_at = order.start.starts_at if order.start else now
            require_no_longer(announced_end(self.publications), max(starts_at, now), order.benefits.term)
        self._require_agreements(order, confirmation, now)
        checkout = self.provider.open_checkout(order)
        self.orders.set_checkout(order.account_id, order.id, checkout, expired=order.checkout)
        return replace(order, checkout=checkout)

    def _is_member(self, account_id: str, now: datetime) -> bool:
        return any(each.starts_at <= now < each.ends_at for each in self.memberships.periods(account_id))

    def _agreements_of(self, order: Order) -> Sequence[str]:
        if order.special is not None:
            return ()  # its own terms are the agreement
        if order.storage is not None:
            return CLOUD_AGREEMENTS
        return published_price_lists(self.publications).by_terms(order.benefits.terms_id).agreements

    def _require_agreements(self, order: Order, confirmation: Confirmation, now: datetime) -> None:
        on_record = {(each.agreement, each.version) for each in self.accounts.acceptances(confirmation.account_id)}
        agreements = published_agreements(self.publications)
        needed = [
            agreement
            for agreement in self._agreements_of(order)
            if (agreement, agreements.current(agreement, now).version) not in on_record
        ]
        if needed:
            accepted = require_current(confirmation.accept, agreements, needed, now, confirmation.source_ip)
            self.accounts.record_acceptances(confirmation.account_id, accepted)
