"""Making the music licence agreement of a Business order once it is activated (U-III.I.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.rules_end_users import LONGEST_ADDRESS, Licensee, LicenseeKind
from allmytracks.documents.rules_text import unprintable
from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.licenses.agreements.ports import MusicAgreements
from allmytracks.licenses.agreements.rules import MusicAgreement, MusicAgreementNotFound, SignedAgreement
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.rules import AgreedPeriod, Licensor
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.payments.events import MusicAgreementIssued
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Orders
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class IssueMusicAgreement:
    """Once for each order, however often it is asked; orders of other plans, and those whose period is gone, have none.

    Returns the characters of its parties that its page shows as question marks: a paid order gets its agreement
    although its text was taken before documents/rules_text.py. The signed text holds them. Raises OrderNotFound,
    AccountNotFound, Unavailable.
    """

    orders: Orders
    memberships: Memberships
    accounts: Accounts
    billing: BillingParticulars
    publications: Publications
    agreements: MusicAgreements
    print_letter: PrintLetter
    events: Events
    clock: Clock
    ids: Ids
    licensor: Licensor

    def __call__(self, account_id: str, order_id: str) -> Sequence[str]:
        order = self.orders.get(account_id, order_id)
        if order.benefits.audience is not ProjectKind.ENTERPRISE:
            return ()
        signed = self._known(order) or self._made(order)
        if signed is None:
            return ()
        # Again on a repeated message: the first one may have died after its write.
        of = signed.agreement
        self.events.publish([MusicAgreementIssued(account_id, order_id, of.number, rfc3339(of.issued_at))])
        named = of.licensee
        return unprintable("".join([named.name, named.address or "", named.tax_id or ""]))

    def _known(self, order: Order) -> SignedAgreement | None:
        try:
            return self.agreements.get(order.account_id, order.id)
        except MusicAgreementNotFound:
            return None

    def _made(self, order: Order) -> SignedAgreement | None:
        periods = self.memberships.periods(order.account_id)
        period = next((each for each in periods if each.order_id == order.id), None)
        if period is None:
            return None  # a later payment fact took it back, and the order with it
        return self.agreements.add(self.print_letter.agreement(self._agreement(order, period)))

    def _agreement(self, order: Order, period: Period) -> MusicAgreement:
        benefits = order.benefits
        return MusicAgreement(
            number=license_number(self.ids.new("license")),
            issued_at=whole_milliseconds(self.clock.now()),
            account_id=order.account_id,
            licensor=self.licensor,
            licensee=self._licensee(order.account_id),
            plan=benefits.plan,
            plan_name=published_price_lists(self.publications).by_terms(benefits.terms_id).name,
            terms_id=benefits.terms_id,
            period=AgreedPeriod(period.starts_at, period.ends_at),
            daily_downloads=benefits.daily_downloads,
            rights=dict(benefits.rights),
            order_id=order.id,
            amount=order.amount,
            currency=order.currency,
        )

    def _licensee(self, account_id: str) -> Licensee:
        """As the enterprise gave its particulars for invoices; else its one end user, its shown name or its address."""
        billing = self.billing.get(account_id)
        if billing is not None:
            address = ", ".join([*billing.address, billing.country])[:LONGEST_ADDRESS]
            return Licensee(billing.name, LicenseeKind.ENTERPRISE, address, billing.tax_id)
        account = self.accounts.get(account_id)
        return Licensee(account.end_user or account.display_name or account.email, LicenseeKind.ENTERPRISE)
