"""Response bodies of the routes that check a licence (api.md)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec.structs import astuple

from allmytracks.downloads.schemas import ProjectAnswer
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import PublicLicense
from allmytracks.licenses.rules_terms import SpecialUse
from allmytracks.licenses.schemas import LicensedTrackAnswer, track_answer


class LicenseeAnswer(msgspec.Struct):
    """What anyone may see of a licensee."""

    name: str
    kind: str


class LicensedPeriodAnswer(msgspec.Struct):
    """The period of the membership that an agreement goes with."""

    starts_at: str
    ends_at: str


class SignedTextForm(msgspec.Struct):
    """A letter's signed text (JWS, compact form) without its PDF."""

    jws: Annotated[str, msgspec.Meta(max_length=100_000)]


class PublicTermsAnswer(msgspec.Struct):
    """A licence's terms as codes; `price_list` is the version of the rights row."""

    right: str
    audience: str
    period: str
    territory: str
    price_list: str | None


class SpecialTrackAnswer(msgspec.Struct):
    """A track of a special licence."""

    track_id: str
    title: str
    artist: str


class SpecialUseAnswer(msgspec.Struct):
    """What a special licence grants; `projects` is how many its letter names."""

    purpose: str
    tracks: list[SpecialTrackAnswer]
    projects: int
    territory: str
    period: str
    scope: str


class VerificationAnswer(msgspec.Struct):
    """The public record of a licence; names are masked.

    `kind` is `license`, `special_license` (with `special` instead of track, project and purpose), or `agreement` for
    a membership's music licence agreement, which has a period instead
    of track, project and purpose, and no `end_user` where the first licence still has to name it. `revoked_at` is when
    it was revoked, `superseded_by` the letter that replaced it, `supersedes` the letter that it replaced. `statement`
    is a JWS of every term, the file's hash and the document's, names masked, by one of the keys at
    /.well-known/jwks.json; agreements have none. Records from before 2026-11-27 have no `licensor` and no `terms`.
    """

    number: str
    kind: str
    status: str
    issued_at: str
    revoked_at: str | None
    superseded_by: str | None
    supersedes: str | None
    track: LicensedTrackAnswer | None
    project: ProjectAnswer | None
    purpose: str | None
    period: LicensedPeriodAnswer | None
    platform: str | None
    plan: str
    plan_name: str
    licensee: LicenseeAnswer
    end_user: str | None
    document_sha256: str
    jws_sha256: str
    statement: str | None
    licensor: str | None
    terms: PublicTermsAnswer | None
    special: SpecialUseAnswer | None


def verification_answer(license_: PublicLicense) -> VerificationAnswer:
    """The public record of a licence."""
    project, period = license_.project, license_.period
    return VerificationAnswer(
        number=license_.number,
        kind=license_.kind,
        status=license_.status,
        issued_at=rfc3339(license_.issued_at),
        revoked_at=rfc3339(license_.revoked_at) if license_.revoked_at else None,
        superseded_by=license_.superseded_by,
        supersedes=license_.supersedes,
        track=track_answer(license_.work) if license_.work else None,
        project=ProjectAnswer(project.name, project.kind) if project else None,
        purpose=license_.purpose,
        period=LicensedPeriodAnswer(rfc3339(period.starts_at), rfc3339(period.ends_at)) if period else None,
        platform=license_.platform,
        plan=license_.plan,
        plan_name=license_.plan_name,
        licensee=LicenseeAnswer(license_.licensee, license_.licensee_kind),
        end_user=license_.end_user,
        document_sha256=license_.document_sha256,
        jws_sha256=license_.jws_sha256,
        statement=license_.statement,
        licensor=license_.licensor,
        terms=PublicTermsAnswer(*astuple(license_.terms)) if license_.terms else None,
        special=_special(license_.special) if license_.special else None,
    )


def _special(of: SpecialUse) -> SpecialUseAnswer:
    tracks = [SpecialTrackAnswer(each.track_id, each.title, each.artist) for each in of.tracks]
    return SpecialUseAnswer(of.purpose, tracks, of.projects, of.territory, of.period, of.scope)
