"""Making the letter of a special licence once it is paid, and revoking it where the payment went back."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.licenses.agreements.ports import MusicAgreements, Quotes
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, SignedAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense, SpecialTerms, SpecialTermsNotFound
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules import Licensor
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import Revocation, RevocationReason
from allmytracks.payments.events import LicenseRevoked, SpecialLicenseIssued
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_special import SpecialOrder
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class IssueSpecialLicense:
    """Brings the letter of an order to what its payments say: one where it is paid, revoked where all of it went back.

    Idempotent, and the order of events does not matter: the order's state decides. A payment that goes back while the
    letter is made revokes it. Does nothing for orders of anything else, and for those of an erased account. Raises
    OrderNotFound, Unavailable.
    """

    orders: Orders
    quotes: Quotes
    agreements: MusicAgreements
    licenses: Licenses
    print_letter: PrintLetter
    events: Events
    clock: Clock
    ids: Ids
    licensor: Licensor

    def __call__(self, account_id: str, order_id: str) -> None:
        order = self.orders.get(account_id, order_id)
        if order.special is None or order.settlement is None:
            return
        signed = self._known(order)
        if signed is None and _is_paid(order):
            try:
                terms = self.quotes.terms(account_id, order_id)
            except SpecialTermsNotFound:
                return  # erased with the account
            signed = self._made(order, order.special, terms)
            order = self.orders.get(account_id, order_id)
        if signed is None:
            return
        of = signed.agreement
        if _is_paid(order):
            self.events.publish([SpecialLicenseIssued(account_id, order_id, of.number, rfc3339(of.issued_at))])
        else:
            self._revoke(account_id, of.number)

    def _known(self, order: Order) -> SignedAgreement | None:
        try:
            return self.agreements.get(order.account_id, order.id)
        except MusicAgreementNotFound:
            return None

    def _made(self, order: Order, special: SpecialOrder, terms: SpecialTerms) -> SignedAgreement:
        signed = self.print_letter.special(self._license(order, special, terms))
        if self.agreements.add(signed, None):
            return signed
        known = self._known(order)
        if known is None:
            raise Unavailable  # another write was under way: the message comes again
        return known

    def _license(self, order: Order, special: SpecialOrder, terms: SpecialTerms) -> SpecialLicense:
        return SpecialLicense(
            number=license_number(self.ids.new("license")),
            issued_at=whole_milliseconds(self.clock.now()),
            account_id=order.account_id,
            licensor=self.licensor,
            licensee=terms.licensee,
            grant=terms.grant,
            order_id=order.id,
            amount=order.amount,
            currency=order.currency,
            terms_sha256=special.terms_sha256,
            designated_user=terms.designated_user,
            language=terms.language,
        )

    def _revoke(self, account_id: str, number: str) -> None:
        revocation = Revocation(whole_milliseconds(self.clock.now()), RevocationReason.PAYMENT_RETURNED)
        held = self.licenses.revoke(number, revocation)
        self.events.publish([LicenseRevoked(account_id, number, held.reason.value, rfc3339(held.revoked_at))])


def _is_paid(order: Order) -> bool:
    settled = order.settlement
    return settled is not None and settled.activated_at is not None and settled.ended_at is None
