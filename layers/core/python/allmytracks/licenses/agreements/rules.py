"""The music licence agreement that goes with a Business membership (U-III.I.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from allmytracks.accounts.rules_end_users import Licensee, masked
from allmytracks.foundation.errors import NotFound
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import AgreedPeriod, DocumentKind, Licensor, PublicLicense
from allmytracks.memberships.rules_rights import Purpose, Right


class MusicAgreementNotFound(NotFound):
    """The order is no activated Business order of the caller's, or its agreement is not made yet."""

    code = "music_agreement_not_found"


@dataclass(frozen=True, slots=True)
class MusicAgreement:
    """One agreement, of one activated order; nothing of it ever changes. `amount` in the currency's minor unit."""

    number: str
    issued_at: datetime
    account_id: str
    licensor: Licensor
    licensee: Licensee
    plan: str
    plan_name: str
    terms_id: str
    period: AgreedPeriod
    daily_downloads: int
    rights: Mapping[Purpose, Right]
    order_id: str
    amount: int
    currency: str
    catalogue: str = "whole_catalogue"
    audience: str = "unlimited"
    license_period: str = "perpetual_synchronisation"
    territory: str = "worldwide"
    scope: str = "one_project_one_purpose"
    prohibitions: tuple[str, ...] = ("sublicensing", "delegation", "source_file_resale", "source_file_publication")
    publicity: str = "resulting_works_may_be_shown"

    def claims(self) -> dict[str, object]:
        """Everything that the document states, as it is signed."""
        stated = asdict(self)
        stated["issued_at"] = rfc3339(self.issued_at)
        stated["period"] = {"starts_at": rfc3339(self.period.starts_at), "ends_at": rfc3339(self.period.ends_at)}
        stated["rights"] = {purpose.value: right.value for purpose, right in self.rights.items()}
        del stated["account_id"]
        return stated


@dataclass(frozen=True, slots=True)
class SignedAgreement:
    """An agreement with what proves it: the signed text, and the document that it was printed on."""

    agreement: MusicAgreement
    jws: str
    key_id: str
    document_sha256: str


def public_view(signed: SignedAgreement) -> PublicLicense:
    """What anyone may know of an agreement: plan and period, the enterprise masked."""
    of = signed.agreement
    return PublicLicense(
        number=of.number,
        issued_at=of.issued_at,
        licensee=masked(of.licensee.name),
        licensee_kind=of.licensee.kind,
        end_user=masked(of.licensee.name),
        work=None,
        project=None,
        purpose=None,
        platform=None,
        plan=of.plan,
        plan_name=of.plan_name,
        document_sha256=signed.document_sha256,
        jws_sha256=hashlib.sha256(signed.jws.encode()).hexdigest(),
        key_id=signed.key_id,
        kind=DocumentKind.AGREEMENT,
        period=of.period,
    )
