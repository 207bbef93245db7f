"""Licences: the statements of a letter, and the rules of issuing one (M-III.6, M-III.7, M-III.8, M-A, M-VII.2)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, to_builtins
from msgspec.structs import astuple

from allmytracks.accounts.rules_end_users import DesignatedUser, Licensee, LicenseeKind, masked
from allmytracks.downloads.rules import Project, Use
from allmytracks.downloads.rules_allowance import PlanNotForEnterprise
from allmytracks.foundation.errors import Conflict, Forbidden
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules_terms import SpecialUse, Terms
from allmytracks.licenses.states.rules import LicenseState, LicenseStatus
from allmytracks.memberships.rules_rights import Purpose

STATEMENT_TYPE = "license-statement+jws"
# The version of the words that letters are printed in (letters/wordings.py); a letter keeps the one that it was printed
# in. Those from before versions were kept are of the first.
FIRST_WORDING, WORDING = "2026-11-22", "2026-11-28"


class DocumentKind(StrEnum):
    """What a number identifies: the licence of one download, a membership's music licence agreement, or a special
    licence.
    """

    LICENSE = "license"
    AGREEMENT = "agreement"
    SPECIAL_LICENSE = "special_license"


class Language(StrEnum):
    """The language that a letter is printed in (BCP 47); what is signed is the same in each."""

    ENGLISH = "en"
    TRADITIONAL_CHINESE = "zh-Hant"
    SIMPLIFIED_CHINESE = "zh-Hans"


class DownloadAlreadyLicensed(Conflict):
    """The download is licensed already: one download is for one project and one purpose (M-III.6.2)."""

    code = "download_already_licensed"


class DownloadUseBound(Conflict):
    """The download was granted for another project, purpose or platform (M-III.6.2, M-III.8.default)."""

    code = "download_use_bound"


class EnterpriseOnly(Forbidden):
    """An enterprise account gets no licences as an individual or for a personal project (U-II.III.1.4)."""

    code = "enterprise_only"


class LicenseeNeedsEnterprisePlan(PlanNotForEnterprise):
    """The plan is for individuals' own work; an enterprise needs a plan for enterprises (M-II.1)."""


class Licensor(Struct, frozen=True):
    """The company that grants the licence; `address` a line each, `signatory` who signs for it."""

    name: str
    registration: str
    address: tuple[str, ...] = ()
    contact: str | None = None
    signatory: str | None = None


class Credits(Struct, frozen=True):
    """What a rights department looks a work up by, as far as the catalogue has it.

    `performing_rights` is `none` for a work in no society's repertoire, else the societies.
    """

    duration_seconds: float
    composer: str | None = None
    isrc: str | None = None
    performing_rights: str | None = None


class Work(Struct, frozen=True):
    """The track and the one file of it that was downloaded."""

    track_id: str
    title: str
    artist: str
    rendition: str
    rendition_sha256: str
    credits: Credits | None = None


class GoverningAgreement(Struct, frozen=True):
    """The version of the agreement that the licensee accepted with the order, and where its text is."""

    id: str
    version: str
    title: str
    url: str


class License(Struct, frozen=True):
    """One licence; immutable. `supersedes` is the number of the letter that it replaces."""

    number: str
    issued_at: datetime
    account_id: str
    licensor: Licensor
    licensee: Licensee
    designated_user: DesignatedUser | None
    work: Work
    project: Project
    purpose: Purpose
    platform: str | None
    plan: str
    plan_name: str
    terms_id: str
    terms: Terms
    order_id: str
    download_id: str
    supersedes: str | None = None
    language: Language = Language.ENGLISH
    agreement: GoverningAgreement | None = None
    channel: str | None = None
    wording: str = FIRST_WORDING

    @property
    def end_user(self) -> str:
        """The only one who may use the work (M-III.6.1, M-III.7)."""
        return self.designated_user.name if self.designated_user else self.licensee.name

    def claims(self) -> dict[str, object]:
        """Everything that the letter states, as it is signed."""
        stated: dict[str, object] = to_builtins(self)
        stated["issued_at"] = rfc3339(self.issued_at)
        stated["end_user"] = self.end_user
        del stated["account_id"]
        return stated


class Letter(Struct, frozen=True, eq=False):
    """A licence with its proof: the signed text and the document.

    `state` is its revocation or supersession; all else is immutable. `statement` is the signed text for the public: it
    is stored only in the public record, so that a letter read from storage has none.
    """

    license: License
    jws: str
    key_id: str
    document_sha256: str
    state: LicenseState = LicenseState()
    statement: str | None = None

    def __eq__(self, other: object) -> bool:
        """Whether it is the same letter, with or without its statement."""
        return isinstance(other, Letter) and astuple(self)[:-1] == astuple(other)[:-1]

    def __hash__(self) -> int:
        return hash(self.jws)

    @property
    def jws_sha256(self) -> str:
        return hashlib.sha256(self.jws.encode()).hexdigest()

    def public_claims(self) -> dict[str, object]:
        """Every term of the letter, with names masked and without the buyer's references and channel, and its proof."""
        of, stated = self.license, self.license.claims()
        del stated["order_id"], stated["download_id"], stated["channel"]
        designated = of.designated_user
        return {
            **stated,
            "licensee": {"name": masked(of.licensee.name), "kind": of.licensee.kind},
            "designated_user": {"name": masked(designated.name)} if designated else None,
            "end_user": masked(of.end_user),
            "document_sha256": self.document_sha256,
            "jws_sha256": self.jws_sha256,
        }


def page_of(public_url: str, number: str) -> str:
    """The address of the page where people check a licence; letters, their QR codes and claims' texts name it."""
    return f"{public_url}/verify?number={number}"


class AgreedPeriod(Struct, frozen=True):
    """The membership period of an agreement."""

    starts_at: datetime
    ends_at: datetime


class PublicTerms(Struct, frozen=True):
    """What anyone may know of a licence's terms, as codes (Terms)."""

    right: str
    audience: str
    period: str
    territory: str
    price_list: str | None = None


class PublicLicense(Struct, frozen=True):
    """The public record of a licence; it outlives the account and holds no full name.

    A music licence agreement has a `period`, a special licence `special`; neither has work, project or purpose. An
    agreement that was made before its account had an end user has none. Records from before 2026-11-27 have neither
    `licensor` nor `terms`. `statement` is a JWS of the whole record, for keeping and checking it offline.
    """

    number: str
    issued_at: datetime
    licensee: str
    licensee_kind: LicenseeKind
    end_user: str | None
    work: Work | None
    project: Project | None
    purpose: Purpose | None
    platform: str | None
    plan: str
    plan_name: str
    document_sha256: str
    jws_sha256: str
    key_id: str
    supersedes: str | None = None
    kind: DocumentKind = DocumentKind.LICENSE
    period: AgreedPeriod | None = None
    state: LicenseState = LicenseState()
    statement: str | None = None
    licensor: str | None = None
    terms: PublicTerms | None = None
    special: SpecialUse | None = None

    @property
    def status(self) -> LicenseStatus:
        return self.state.status

    @property
    def revoked_at(self) -> datetime | None:
        """When it was revoked."""
        return self.state.revoked_at

    @property
    def superseded_by(self) -> str | None:
        """The number of the letter that superseded it."""
        return self.state.superseded_by


def public_view(letter: Letter) -> PublicLicense:
    """The public record of a letter, names masked."""
    of = letter.license
    return PublicLicense(
        number=of.number,
        issued_at=of.issued_at,
        licensee=masked(of.licensee.name),
        licensee_kind=of.licensee.kind,
        end_user=masked(of.end_user),
        work=of.work,
        project=of.project,
        purpose=of.purpose,
        platform=of.platform,
        plan=of.plan,
        plan_name=of.plan_name,
        document_sha256=letter.document_sha256,
        jws_sha256=letter.jws_sha256,
        key_id=letter.key_id,
        supersedes=of.supersedes,
        state=letter.state,
        statement=letter.statement,
        licensor=of.licensor.name,
        terms=PublicTerms(of.terms.right, of.terms.audience, of.terms.period, of.terms.territory, of.terms.price_list),
    )


class LicensedUse(Struct, frozen=True):
    """The use of one licence, fully declared."""

    project: Project
    purpose: Purpose
    platform: str | None

    @property
    def use(self) -> Use:
        return Use(self.project, self.purpose, self.platform)
