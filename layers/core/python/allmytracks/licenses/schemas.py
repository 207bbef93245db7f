"""Request and response bodies of the licence and verification routes (api.md)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec.structs import asdict, astuple

from allmytracks.accounts.rules_end_users import (
    DesignatedUser,
    Licensee,
    LicenseeKind,
    designated_user_of,
    licensee_of,
)
from allmytracks.downloads.rules import Project, Use
from allmytracks.downloads.schemas import ProjectAnswer, ProjectForm
from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import Language, Letter, Licensor, Work, page_of
from allmytracks.licenses.rules_terms import Terms
from allmytracks.memberships.schemas import PublishedId

EndUserText = Annotated[str, by_rule("accounts.rules_end_users", "check_alone")]


class LicenseeForm(msgspec.Struct):
    """The buyer's particulars; once submitted they are never changed."""

    name: EndUserText
    kind: LicenseeKind
    address: EndUserText | None = None
    tax_id: EndUserText | None = None

    def licensee(self) -> Licensee:
        """Raises InvalidFields."""
        return licensee_of(self.name, self.kind, self.address, self.tax_id)


class DesignatedUserForm(msgspec.Struct):
    """The one whom an enterprise names to use the work in its place."""

    name: EndUserText
    address: EndUserText | None = None

    def user(self) -> DesignatedUser:
        """Raises InvalidFields."""
        return designated_user_of(self.name, self.address)


class LicenseForm(msgspec.Struct):
    """A licence for a download; project and purpose where the download is not bound to them already.

    `platform` is one of those that GET /v1/plans shows, in any case, or `other` with `platform_name`; purposes of
    digital platforms need it. `channel` is where the work will be published, as a channel's name or address, for the
    letter. `language` is that of the letter's page: `en`, `zh-Hant` or `zh-Hans`; what is signed is
    the same in each.
    """

    download_id: str
    licensee: LicenseeForm
    designated_user: DesignatedUserForm | None = None
    project: ProjectForm | None = None
    purpose: PublishedId | None = None
    platform: str | None = None
    platform_name: str | None = None
    language: Language = Language.ENGLISH
    channel: Annotated[str, by_rule("licenses.rules_applications", "check_channel")] | None = None

    def buyer(self) -> Licensee:
        """Raises InvalidFields."""
        return self.licensee.licensee()

    def designated(self) -> DesignatedUser | None:
        """Raises InvalidFields."""
        return self.designated_user.user() if self.designated_user else None

    def use(self) -> Use:
        project = Project(self.project.name, self.project.kind) if self.project else None
        return Use(project, self.purpose, self.platform)


class ConditionsAnswer(msgspec.Struct):
    """What the row of the rights says besides, each `yes` or `no`: earning money with the resulting work, editing the
    music, and whether its author must be named.
    """

    monetisation: str
    editing: str
    attribution: str


class TermsAnswer(msgspec.Struct):
    """What the licence grants and forbids, as codes; `right` is the cell of the rights matrix that permitted it.

    `price_list` is the version whose row continues to apply to the licence. What is null was not stated when the letter
    was issued.
    """

    right: str
    catalogue: str
    audience: str
    period: str
    territory: str
    scope: str
    prohibitions: list[str]
    publicity: str
    joint_liability: bool
    name_publicity: str | None
    after_membership: str | None
    claims: str | None
    governing_law: str | None
    prevailing_language: str | None
    price_list: str | None
    conditions: ConditionsAnswer | None


class CreditsAnswer(msgspec.Struct):
    """What a rights department looks a work up by; `performing_rights` is `none`, or the societies that have it."""

    duration_seconds: float
    composer: str | None
    isrc: str | None
    performing_rights: str | None


class GoverningAgreementAnswer(msgspec.Struct):
    """The version of the agreement that governs a licence; its text is at `url`."""

    id: str
    version: str
    title: str
    url: str


class LicensorAnswer(msgspec.Struct):
    """The company that grants a licence."""

    name: str
    registration: str
    address: list[str]
    contact: str | None
    signatory: str | None


class LicensedTrackAnswer(msgspec.Struct):
    """The licensed work and the one file of it."""

    track_id: str
    title: str
    artist: str
    rendition: str
    sha256: str
    credits: CreditsAnswer | None


class LicenseAnswer(msgspec.Struct):
    """A licence as its member sees it; the jws proves it offline.

    `status` is `valid`, `revoked` (since `revoked_at`) or `superseded` (by the letter `superseded_by`).
    """

    number: str
    status: str
    issued_at: str
    revoked_at: str | None
    superseded_by: str | None
    supersedes: str | None
    document_url: str
    document_sha256: str
    jws: str
    download_id: str
    order_id: str
    track: LicensedTrackAnswer
    licensee: LicenseeForm
    designated_user: DesignatedUserForm | None
    end_user: str
    project: ProjectAnswer
    purpose: str
    platform: str | None
    plan: str
    plan_name: str
    terms: TermsAnswer
    language: str
    licensor: LicensorAnswer
    agreement: GoverningAgreementAnswer | None
    channel: str | None
    wording: str
    verify_url: str


class LicensesAnswer(msgspec.Struct):
    """One page of licences, newest first."""

    items: list[LicenseAnswer]
    next_cursor: str | None


class JwkAnswer(msgspec.Struct):
    """One public key (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    use: str
    alg: str


class JwksAnswer(msgspec.Struct):
    """Every key that ever signed a licence."""

    keys: list[JwkAnswer]


def license_answer(letter: Letter, public_url: str) -> LicenseAnswer:
    """A letter as its member sees it."""
    of = letter.license
    licensee, designated = of.licensee, of.designated_user
    return LicenseAnswer(
        number=of.number,
        status=letter.state.status,
        issued_at=rfc3339(of.issued_at),
        revoked_at=rfc3339(letter.state.revoked_at) if letter.state.revoked_at else None,
        superseded_by=letter.state.superseded_by,
        supersedes=of.supersedes,
        document_url=f"{public_url}/v1/licenses/{of.number}/document",
        document_sha256=letter.document_sha256,
        jws=letter.jws,
        download_id=of.download_id,
        order_id=of.order_id,
        track=track_answer(of.work),
        licensee=LicenseeForm(licensee.name, licensee.kind, licensee.address, licensee.tax_id),
        designated_user=DesignatedUserForm(designated.name, designated.address) if designated else None,
        end_user=of.end_user,
        project=ProjectAnswer(of.project.name, of.project.kind),
        purpose=of.purpose,
        platform=of.platform,
        plan=of.plan,
        plan_name=of.plan_name,
        terms=_terms(of.terms),
        language=of.language,
        licensor=_licensor(of.licensor),
        agreement=GoverningAgreementAnswer(*astuple(of.agreement)) if of.agreement else None,
        channel=of.channel,
        wording=of.wording,
        verify_url=page_of(public_url, of.number),
    )


def _terms(of: Terms) -> TermsAnswer:
    stated = asdict(of)
    stated |= {"prohibitions": list(of.prohibitions)}
    stated |= {"conditions": ConditionsAnswer(*astuple(of.conditions)) if of.conditions else None}
    return TermsAnswer(**stated)


def _licensor(of: Licensor) -> LicensorAnswer:
    return LicensorAnswer(of.name, of.registration, list(of.address), of.contact, of.signatory)


def track_answer(work: Work) -> LicensedTrackAnswer:
    """The licensed work and the one file of it."""
    known = CreditsAnswer(*astuple(work.credits)) if work.credits else None
    return LicensedTrackAnswer(work.track_id, work.title, work.artist, work.rendition, work.rendition_sha256, known)
