"""An operator quotes a special licence to one account, sees the quotes, and withdraws one (M-III.6.special)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.rules_reasons import WITHDRAWING, Reason
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import TrackNotFound
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import FieldProblem, FieldProblems
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.agreements.ports import Quotes
from allmytracks.licenses.agreements.rules_special import QuoteEnded, SpecialTerms, SpecialTermsNotFound, checked
from allmytracks.licenses.rules_terms import LicensedTrack
from allmytracks.payments.events import SpecialLicenseQuoted
from allmytracks.payments.ledger.use_cases.decline_order import DeclineOrder
from allmytracks.payments.orders.rules import Benefits, Order, OrderNotOpen, OrderStatus, order_id_for
from allmytracks.payments.orders.rules_special import NAME, ONCE, SPECIAL_LICENSE, SpecialOrder
from allmytracks.payments.orders.use_cases.tax_price import TaxPrice
from allmytracks.payments.ports import OrderOwners, Orders
from allmytracks.payments.rules_charges import why_not_charged
from allmytracks.publishing.ports import Publications

LONGEST_VALIDITY = timedelta(days=90)


class QuoteRequest(Struct, frozen=True):
    """What an operator quotes; `amount` without tax where taxes are added, in the currency's minor unit."""

    account_id: str
    terms: SpecialTerms
    amount: int
    currency: str
    valid_until: datetime


class Quote(Struct, frozen=True):
    """A quote: its order, and its terms, which are None once they were erased with the account."""

    order: Order
    terms: SpecialTerms | None


@dataclass(frozen=True)
class KeepQuotes:
    """The same request again makes no second quote: its id follows from what was quoted.

    Raises AccountNotFound, InvalidFields, QuoteEnded, OrderNotFound, OrderNotOpen, SpecialTermsNotFound, Unavailable,
    and what require_status raises.
    """

    quotes: Quotes
    orders: Orders
    owners: OrderOwners
    accounts: Accounts
    billing: BillingParticulars
    tracks: Tracks
    publications: Publications
    decline: DeclineOrder
    events: Events
    audit: Audit
    clock: Clock

    def make(self, wanted: QuoteRequest, operator: Operator) -> Quote:
        """Quotes, audited; the member is notified. An account that cannot order, as it is closed, gets none."""
        account, now = self.accounts.get(wanted.account_id), self.clock.now()
        require_status(account, Act.ORDER)
        terms = self._checked(wanted, now)
        amount, tax = TaxPrice(self.billing, self.publications)(wanted.amount, wanted.currency, account, now)
        said = f"{terms.sha256}/{wanted.amount}/{wanted.currency}/{rfc3339(wanted.valid_until)}"
        order = Order(
            id=order_id_for(account.id, f"quote/{said}"),
            account_id=account.id,
            benefits=Benefits(SPECIAL_LICENSE, SPECIAL_LICENSE, ONCE, 0, "", {}, NAME),
            amount=amount,
            currency=wanted.currency,
            quoted_at=now,
            expires_at=wanted.valid_until,
            tax=tax,
            special=SpecialOrder(terms.sha256, terms.needs_membership),
        )
        self.audit(operator, "special_license_quoted", account.id)
        stored = self.quotes.add(order, terms)
        if stored.status_at(now) not in {OrderStatus.QUOTED, OrderStatus.PENDING, OrderStatus.PAID}:
            raise QuoteEnded("A quote of exactly this was withdrawn or has ended; give another time that it holds to.")
        self.events.publish([SpecialLicenseQuoted(account.id, stored.id)])
        return Quote(stored, terms)

    def of_account(self, account_id: str, operator: Operator) -> Sequence[Order]:
        """An account's quotes, newest first."""
        self.accounts.get(account_id)
        self.audit(operator, "quotes_listed", account_id)
        return [order for order in self.orders.all(account_id) if order.special is not None]

    def get(self, order_id: str, operator: Operator) -> Quote:
        """One quote with its terms."""
        order = self._quote(order_id)
        self.audit(operator, "quote_looked_up", order_id)
        try:
            return Quote(order, self.quotes.terms(order.account_id, order.id))
        except SpecialTermsNotFound:
            return Quote(order, None)

    def withdraw(self, order_id: str, reason: Reason, operator: Operator) -> Order:
        """Ends a quote that is not paid yet; a payment that is under way starts nothing and is to be refunded."""
        order = self._quote(order_id)
        settled = order.settlement
        if settled is not None and settled.amount_paid and settled.declined_at is None:
            raise OrderNotOpen("This quote is paid. Refund it with the payment provider: that ends its licence.")
        return self.decline(order_id, reason, operator, WITHDRAWING)

    def _quote(self, order_id: str) -> Order:
        order = self.orders.get(self.owners.owner(order_id), order_id)
        if order.special is None:
            raise SpecialTermsNotFound("This order is for no special licence.")
        return order

    def _checked(self, wanted: QuoteRequest, now: datetime) -> SpecialTerms:
        problems, terms = FieldProblems(), wanted.terms
        refused = why_not_charged(wanted.amount, wanted.currency)
        if refused is not None:
            problems.add(FieldProblem("amount", "not_chargeable", refused))
        if not now < wanted.valid_until <= now + LONGEST_VALIDITY:
            told = f"Give an instant within the next {LONGEST_VALIDITY.days} days."
            problems.add(FieldProblem("valid_until", "out_of_range", told))
        tracks = [self._track(each, place, problems) for place, each in enumerate(terms.grant.tracks)]
        with problems.gathered():
            terms = checked(replace(terms, grant=replace(terms.grant, tracks=tuple(tracks))))
        problems.raise_found()
        return terms

    def _track(self, wanted: LicensedTrack, place: int, problems: FieldProblems) -> LicensedTrack:
        """The track with title and artist as the catalogue has them."""
        try:
            track = self.tracks.get(wanted.track_id)
            track.require_on_sale()
        except TrackNotFound:
            problems.add(FieldProblem(f"tracks.{place}", "unknown", f"No track {wanted.track_id} is on sale."))
            return wanted
        return LicensedTrack(track.id, track.title, track.artist or "")
