"""Response body of the route of music licence agreements."""

from __future__ import annotations

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.agreements.rules import MusicAgreement, MusicAgreementNotFound, SignedAgreement
from allmytracks.licenses.rules import Language
from allmytracks.licenses.schemas import DesignatedUserForm, LicenseeForm
from allmytracks.licenses.schemas_verification import LicensedPeriodAnswer


class MusicAgreementForm(msgspec.Struct):
    """The language that the agreement is made in."""

    language: Language = Language.ENGLISH


class MusicAgreementRequestedAnswer(msgspec.Struct):
    """The agreement is being made, unless it is there already: GET the same address."""

    order_id: str
    document_url: str


class MusicAgreementAnswer(msgspec.Struct):
    """A membership's agreement; its number is verified as a licence's is, and the jws proves it offline.

    `end_user` is whom all licences of the account are for; null where the first of them is still to name it. `rights`
    tells for each purpose `yes`, `personal` or `no`, by the version `price_list` of the price list. Ask with
    `Accept: application/pdf` for the document itself.
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
    language: str
    governing_law: str | None
    price_list: str | None
    document_url: str
    document_sha256: str
    jws: str


def music_agreement_answer(signed: SignedAgreement, public_url: str) -> MusicAgreementAnswer:
    """An agreement as its member sees it. Raises MusicAgreementNotFound for a special licence."""
    of, designated = signed.agreement, signed.agreement.designated_user
    if not isinstance(of, MusicAgreement):
        raise MusicAgreementNotFound("This order has a special licence: GET /v1/orders/{id}/license.")
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
        language=of.language,
        governing_law=of.governing_law,
        price_list=of.price_list,
        document_url=f"{public_url}/v1/orders/{of.order_id}/agreement",
        document_sha256=signed.document_sha256,
        jws=signed.jws,
    )
