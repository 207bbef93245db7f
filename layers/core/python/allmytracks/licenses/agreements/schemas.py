"""Response body of the route of music licence agreements."""

from __future__ import annotations

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.schemas import DesignatedUserForm, LicenseeForm
from allmytracks.licenses.schemas_verification import LicensedPeriodAnswer


class MusicAgreementAnswer(msgspec.Struct):
    """A Business membership's agreement; its number is verified as a licence's is, and the jws proves it offline.

    `end_user` is whom all licences of the account are for; null where the first of them is still to name it.
    `rights` tells for each purpose `yes` or `no`; ask with `Accept: application/pdf` for the document itself.
    """

    number: str
    issued_at: str
    order_id: str
    plan: str
    plan_name: str
    period: LicensedPeriodAnswer
    daily_downloads: int
    rights: dict[str, str]
    licensee: LicenseeForm
    designated_user: DesignatedUserForm | None
    end_user: str | None
    document_url: str
    document_sha256: str
    jws: str


def music_agreement_answer(signed: SignedAgreement, public_url: str) -> MusicAgreementAnswer:
    """An agreement as its member sees it."""
    of, designated = signed.agreement, signed.agreement.designated_user
    return MusicAgreementAnswer(
        number=of.number,
        issued_at=rfc3339(of.issued_at),
        order_id=of.order_id,
        plan=of.plan,
        plan_name=of.plan_name,
        period=LicensedPeriodAnswer(rfc3339(of.period.starts_at), rfc3339(of.period.ends_at)),
        daily_downloads=of.daily_downloads,
        rights={purpose: right.value for purpose, right in of.rights.items()},
        licensee=LicenseeForm(of.licensee.name, of.licensee.kind, of.licensee.address, of.licensee.tax_id),
        designated_user=DesignatedUserForm(designated.name, designated.address) if designated else None,
        end_user=of.end_user,
        document_url=f"{public_url}/v1/orders/{of.order_id}/agreement",
        document_sha256=signed.document_sha256,
        jws=signed.jws,
    )
