"""Quotes of special licences for tests: one of each kind that the rights matrix refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import DesignatedUser
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.agreements.rules_special import Grant, SpecialLicense, SpecialTerms, checked
from allmytracks.licenses.rules_terms import LicensedTrack
from allmytracks.payments.orders.rules import Benefits, Order, OrderStatus, Settlement
from allmytracks.payments.orders.rules_special import NAME, ONCE, SPECIAL_LICENSE, SpecialOrder
from tests.factories.instants import NOW
from tests.factories.licenses import ACME, LICENSOR, NUMBER

DEVICE = Grant(
    purpose="Start-up sound of the night light Luna",
    tracks=(LicensedTrack("trk-1", "Harbour Lights", "Ada"),),
    projects=("Night light Luna",),
    territory="Worldwide",
    period="Perpetual",
    scope="One model of a device, at most 10,000 devices",
)
GRANTS = {
    "device": DEVICE,
    "venue": replace(
        DEVICE,
        purpose="Background music in shops",
        projects=("Shops of Acme",),
        territory="Hong Kong and Macao",
        period="1 January 2027 to 31 December 2027",
        scope="Twelve shops, played from one server",
        conditions=("The works are played unaltered.",),
    ),
    "bundle": replace(DEVICE, projects=tuple(f"Film {place}" for place in range(1, 6))),
    "further user": replace(DEVICE, further_users=("Acme Films GmbH", "株式会社アクメ")),
}
TERMS = checked(SpecialTerms(ACME, DEVICE))
LETTER = SpecialLicense(
    NUMBER, NOW, "acc-1", LICENSOR, TERMS.licensee, TERMS.grant, "ord_q1", 120000, "USD", TERMS.sha256
)
SIGNED = SignedAgreement(LETTER, "eyJ0.eyJ1.c2ln", "key-a", "cd" * 32)
FOR_ANOTHER = checked(SpecialTerms(ACME, DEVICE, DesignatedUser("Luna Toys Ltd", "2 Pier Street")))


def quoted(terms: SpecialTerms = TERMS, order_id: str = "ord_q1", account_id: str = "acc-1") -> Order:
    """A quote of 1,200 dollars that holds for two weeks."""
    return Order(
        order_id,
        account_id,
        Benefits(SPECIAL_LICENSE, SPECIAL_LICENSE, ONCE, 0, "", {}, NAME),
        120000,
        "USD",
        NOW,
        NOW + timedelta(days=14),
        special=SpecialOrder(terms.sha256, terms.needs_membership),
    )


def paid(order: Order) -> Order:
    """The same order, paid."""
    settled = Settlement(OrderStatus.PAID, activated_at=NOW, amount_paid=order.amount, payment_reference="pi_1")
    return replace(order, settlement=settled)


def returned(order: Order) -> Order:
    """The same order after all of its money went back."""
    settled = Settlement(OrderStatus.REFUNDED, activated_at=NOW, returned_at=NOW, amount_paid=order.amount)
    return replace(order, settlement=replace(settled, amount_returned=order.amount))


def stated(**changes: object) -> dict[str, Any]:
    """The terms as an operator's file gives them."""
    return {
        "licensee": {"name": "Acme Films Ltd", "kind": "enterprise"},
        "purpose": DEVICE.purpose,
        "tracks": ["trk-1"],
        "projects": list(DEVICE.projects),
        "territory": DEVICE.territory,
        "period": DEVICE.period,
        "scope": DEVICE.scope,
        **changes,
    }
