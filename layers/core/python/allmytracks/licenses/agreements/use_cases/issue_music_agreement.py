"""Making the music licence agreement of a membership: of a Business order once it is activated, of any other one when
its member asks for it (U-III.I.5, U-III.II.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_end_users import LicenseeKind
from allmytracks.documents.rules_languages import language_for
from allmytracks.documents.rules_text import unprintable
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.licenses.agreements.ports import MusicAgreements
from allmytracks.licenses.agreements.rules import (
    MusicAgreement,
    MusicAgreementNotFound,
    Parties,
    SignedAgreement,
    parties_of,
)
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.rules import AgreedPeriod, Language, Licensor
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_rights import ProjectKind, rights_of
from allmytracks.payments.events import MusicAgreementIssued
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Orders
from allmytracks.publishing.ports import Publications

# A refused write is explained by reading again; only yet another race can refuse the next one as well.
ATTEMPTS = 4


@dataclass(frozen=True)
class IssueMusicAgreement:
    """Makes one agreement for each order, idempotently; orders without a period have none.

    It binds the account's end user as a letter does (U-III.II.2).

    Returns the characters of its parties that its page shows as question marks: a paid order gets its agreement even if
    its text was accepted before documents/rules_text.py. The signed text holds them. Raises OrderNotFound,
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

    def __call__(self, account_id: str, order_id: str, language: Language | None = None) -> Sequence[str]:
        """`language` is the one that a member asked for; None where nobody asked: then only Business orders get one."""
        order = self.orders.get(account_id, order_id)
        is_enterprise = order.benefits.audience == ProjectKind.ENTERPRISE
        if not order.is_for_membership or (language is None and not is_enterprise):
            return ()
        signed = self._known(order) or self._made(order, language)
        if signed is None:
            return ()
        # Repeated on a redelivered message: the first worker may have crashed after its write.
        of = signed.agreement
        self.events.publish([MusicAgreementIssued(account_id, order_id, of.number, rfc3339(of.issued_at))])
        named, designated = of.licensee, of.designated_user
        stated = [named.name, named.address or "", named.tax_id or "", designated.name if designated else ""]
        return unprintable("".join(stated))

    def _known(self, order: Order) -> SignedAgreement | None:
        try:
            return self.agreements.get(order.account_id, order.id)
        except MusicAgreementNotFound:
            return None

    def _made(self, order: Order, language: Language | None) -> SignedAgreement | None:
        """The agreement, made by this or another worker; None where a later payment fact ended the order's period, or
        the account is closed.
        """
        periods = self.memberships.periods(order.account_id)
        period = next((each for each in periods if each.order_id == order.id), None)
        if period is None:
            return None
        for _ in range(ATTEMPTS):
            account = self.accounts.get(order.account_id)
            if account.status is AccountStatus.CLOSED:
                return None
            is_enterprise = order.benefits.audience == ProjectKind.ENTERPRISE
            kind = LicenseeKind.ENTERPRISE if is_enterprise else LicenseeKind.INDIVIDUAL
            parties = parties_of(account, self.billing.get(order.account_id), kind)
            spoken = language or Language(language_for(account.language))
            signed = self.print_letter.agreement(self._agreement(order, period, parties, spoken))
            if self.agreements.add(signed, parties.named):
                return signed
            known = self._known(order)
            if known is not None:
                return known
        raise Unavailable

    def _agreement(self, order: Order, period: Period, parties: Parties, language: Language) -> MusicAgreement:
        benefits = order.benefits
        plan = published_price_lists(self.publications).by_terms(benefits.terms_id)
        return MusicAgreement(
            number=license_number(self.ids.new("license")),
            issued_at=whole_milliseconds(self.clock.now()),
            account_id=order.account_id,
            licensor=self.licensor,
            licensee=parties.licensee,
            designated_user=parties.designated_user,
            end_user=parties.end_user,
            plan=benefits.plan,
            plan_name=plan.name,
            terms_id=benefits.terms_id,
            period=AgreedPeriod(period.starts_at, period.ends_at),
            daily_downloads=benefits.daily_downloads,
            rights=rights_of(benefits.rights),
            order_id=order.id,
            amount=order.amount,
            currency=order.currency,
            language=language,
            governing_law="hong_kong",
            price_list=plan.price_list,
        )
