"""Licence applications: the download's bound use, the newly declared use, the plan's audience (M-III.6, M-II.1)."""

from __future__ import annotations

import hashlib

from msgspec.structs import asdict, replace

from allmytracks.accounts.rules import AccountKind
from allmytracks.accounts.rules_end_users import DesignatedUser, Licensee, LicenseeKind
from allmytracks.documents.rules_text import line
from allmytracks.downloads.rules import Download, Use, normal_use
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields
from allmytracks.licenses.rules import (
    DownloadAlreadyLicensed,
    DownloadUseBound,
    EnterpriseOnly,
    Language,
    LicensedUse,
    LicenseeNeedsEnterprisePlan,
)
from allmytracks.memberships.rules_plans import Plan, PriceList
from allmytracks.memberships.rules_platforms import is_one_name, platform_of, required_platform
from allmytracks.memberships.rules_rights import ProjectKind

LONGEST_CHANNEL = 200


def use_to_license(download: Download, named: Use, platform_name: str | None, prices: PriceList) -> LicensedUse:
    """The download's use: what was bound at the grant, completed by what is declared now (M-III.8.default).

    Raises DownloadAlreadyLicensed, DownloadUseBound, InvalidFields naming what is missing.
    """
    if download.license_number is not None:
        raise DownloadAlreadyLicensed(
            "This download is licensed already; another project or purpose needs another download.",
            license_number=download.license_number,
        )
    bound, named = download.use, _normal(named, platform_name, prices)
    for what, was, now in (
        ("project", bound.project, named.project),
        ("purpose", bound.purpose, named.purpose),
        ("platform", bound.platform, named.platform),
    ):
        if was is not None and now is not None and not _same(was, now):
            raise DownloadUseBound(
                f"This download is bound to another {what}; download the track again for this one.", bound=what
            )
    project, purpose = bound.project or named.project, bound.purpose or named.purpose
    if project is None or purpose is None:
        missing = [name for name, value in (("project", project), ("purpose", purpose)) if value is None]
        raise InvalidFields([FieldProblem(each, "required", f"Name the {each} of this licence.") for each in missing])
    if bound.platform is not None and not is_one_name(prices.platforms, bound.platform):
        # Declared before a platform was required.
        message = "This download was declared for several platforms; download the track again for one of them."
        raise InvalidFields([FieldProblem("platform", "several_platforms", message)])
    return LicensedUse(project, purpose, bound.platform or named.platform)


def check_channel(field: str, text: str) -> None:
    """Checks where a work will be published, alone. Raises InvalidFields."""
    line(field, text, LONGEST_CHANNEL)


def _normal(named: Use, platform_name: str | None, prices: PriceList) -> Use:
    problems = FieldProblems()
    use, platform = Use(), None
    with problems.gathered():
        use = normal_use(replace(named, platform=None))
    with problems.gathered():
        platform = platform_of(prices.platforms, named.platform, platform_name)
    problems.raise_found()
    return replace(use, platform=platform)


def _same(was: object, now: object) -> bool:
    """Compares platforms ignoring case: they were free text once."""
    if isinstance(was, str) and isinstance(now, str):
        return was.casefold() == now.casefold()
    return was == now


def require_platform(use: LicensedUse, prices: PriceList) -> None:
    """Checks that a use on digital platforms names its platform (M-III.6.2). Raises InvalidFields."""
    if use.platform is None and prices.needs_platform(use.purpose):
        raise required_platform(prices.platforms)


def require_licensee(licensee: Licensee, designated_user: DesignatedUser | None, plan: Plan, prices: PriceList) -> None:
    """Checks the licensee against the plan's audience (M-II.1, M-III.6.1).

    Raises LicenseeNeedsEnterprisePlan, InvalidFields.
    """
    if plan.audience == ProjectKind.PERSONAL:
        if licensee.kind is LicenseeKind.ENTERPRISE:
            needed = prices.serving(ProjectKind.ENTERPRISE)
            raise LicenseeNeedsEnterprisePlan(
                f"{plan.name} licenses individuals only; an enterprise needs "
                f"{needed.name if needed else 'a plan for enterprises'}.",
                needed_plan=needed.id if needed else None,
            )
        if designated_user is not None:
            message = "An individual is the only end user; leave designated_user out."
            raise InvalidFields([FieldProblem("designated_user", "not_for_individuals", message)])
    elif licensee.kind is LicenseeKind.INDIVIDUAL:
        message = f"{plan.name} licenses the enterprise that it serves; send kind enterprise."
        raise InvalidFields([FieldProblem("licensee.kind", "not_for_enterprise_plans", message)])


def require_enterprise(kind: AccountKind, licensee: Licensee, use: LicensedUse) -> None:
    """Checks that an enterprise account licenses only the enterprise's projects, whenever it downloaded (U-II.III.1.4).

    Raises EnterpriseOnly.
    """
    if kind is not AccountKind.ENTERPRISE:
        return
    if licensee.kind is LicenseeKind.INDIVIDUAL or use.project.kind is ProjectKind.PERSONAL:
        message = "This account is permanently an enterprise's: license the enterprise, for an enterprise project."
        raise EnterpriseOnly(message)


def fingerprint_of(
    download_id: str,
    licensee: Licensee,
    designated_user: DesignatedUser | None,
    named: Use,
    language: Language = Language.ENGLISH,
    platform_name: str | None = None,
    channel: str | None = None,
) -> str:
    """A digest of the request's content, to distinguish a retry from another request under the same key."""
    used = {
        **asdict(named),
        "project": named.project and asdict(named.project),
        "purpose": _Spelled(named.purpose) if named.purpose is not None else None,
    }
    asked = repr((download_id, asdict(licensee), designated_user and asdict(designated_user), used, language))
    asked += repr(platform_name) if platform_name is not None else ""
    asked += repr(("channel", channel)) if channel is not None else ""
    return hashlib.sha256(asked.encode()).hexdigest()[:32]


class _Spelled:
    """A purpose in the fingerprint's original spelling, so that a request from before a deployment is recognised."""

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose

    def __repr__(self) -> str:
        return f"<Purpose.{self._purpose.upper()}: {self._purpose!r}>"
