"""What a licence grants and forbids (M-A.terms, M-A.newest, M-III.7, M-VII.2, U-II.IV.9, U-II.IV.10)."""

from __future__ import annotations

from msgspec import Struct

from allmytracks.memberships.rules_plans import Conditions, Plan
from allmytracks.memberships.rules_rights import Purpose, Right

# What every licence forbids (M-III.7, M-III.7.rights, U-II.IV.9, U-II.IV.10).
PROHIBITIONS = (
    "sublicensing",
    "delegation",
    "enforcement",
    "source_file_resale",
    "source_file_publication",
    "unlawful_occasions",
)


class Terms(Struct, frozen=True):
    """What every licence grants and forbids, as codes; a letter states them in words (M-A.terms, M-III.7, U-II.IV.9).

    `right` is the cell of the rights matrix that permitted the purpose; `joint_liability`: licensee and designated user
    are both bound and jointly liable (U-III.II.6). `price_list` is the version whose rights row continues to apply
    (M-A.newest), `conditions` what that row says besides. What is None was not stated when the letter was issued.
    """

    right: Right
    joint_liability: bool
    catalogue: str = "whole_catalogue"
    audience: str = "unlimited"
    period: str = "perpetual_synchronisation"
    territory: str = "worldwide"
    scope: str = "one_project_one_purpose"
    prohibitions: tuple[str, ...] = PROHIBITIONS
    publicity: str = "resulting_works_may_be_shown"
    name_publicity: str | None = None
    after_membership: str | None = None
    claims: str | None = None
    governing_law: str | None = None
    prevailing_language: str | None = None
    price_list: str | None = None
    conditions: Conditions | None = None


class LicensedTrack(Struct, frozen=True):
    """A track by its id, with title and artist as they were quoted."""

    track_id: str
    title: str
    artist: str


class SpecialUse(Struct, frozen=True):
    """What anyone may know of a special licence's grant; it holds no name of a user or project."""

    purpose: str
    tracks: tuple[LicensedTrack, ...]
    projects: int
    territory: str
    period: str
    scope: str


def terms_of(plan: Plan, purpose: Purpose, *, joint_liability: bool, may_be_named: bool) -> Terms:
    """The terms of a licence that is issued now, under the plan as it was bought (M-A.newest, M-VII.2.name)."""
    return Terms(
        plan.right(purpose),
        joint_liability,
        name_publicity="may_be_named" if may_be_named else "not_to_be_named",
        after_membership="outlasts_membership",
        claims="content_id",
        governing_law="hong_kong",
        prevailing_language="en",
        price_list=plan.price_list,
        conditions=plan.conditions_of(purpose),
    )
