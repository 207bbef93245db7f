"""The agreement that governs a licence, from what is published."""

from __future__ import annotations

from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules_agreements import AgreementNotFound
from allmytracks.licenses.rules import GoverningAgreement
from allmytracks.memberships.rules_plans import Plan
from allmytracks.payments.orders.rules import Order
from allmytracks.publishing.ports import Publications


def governing_agreement(
    publications: Publications, plan: Plan, order: Order, public_url: str
) -> GoverningAgreement | None:
    """The plan's own agreement in the version that the order was placed under: the one that its buyer had to accept.

    None where no version is published, as with orders from before agreements were.
    """
    try:
        found = published_agreements(publications).current(plan.agreements[0], order.quoted_at)
    except AgreementNotFound:
        return None
    url = f"{public_url}/v1/agreements/{found.id}?version={found.version}"
    return GoverningAgreement(found.id, found.version, found.title, url)
