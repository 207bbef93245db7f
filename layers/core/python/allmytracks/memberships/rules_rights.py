"""The rights of plans by purpose (attachment to the membership agreement; M-A.rights, M-II.1)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS

# The id of a row of the published rights, as `social_media`; a licence is for exactly one of them (M-III.6.2).
Purpose: TypeAlias = str


class ProjectKind(StrEnum):
    """Whose work a download is for."""

    PERSONAL = "personal"
    ENTERPRISE = "enterprise"


class Right(StrEnum):
    """One cell of the rights matrix: allowed, allowed for the member's own personal work only, prohibited."""

    YES = "yes"
    PERSONAL = "personal"
    NO = "no"


_RIGHTS = {right.value: right for right in Right}
_AUDIENCES = {kind.value: kind for kind in ProjectKind}


def right_of(rights: Mapping[Purpose, str], purpose: Purpose) -> Right:
    """The right of a purpose in published rows.

    "no" for a row that is missing, that has a right unknown to this version of the code, or that no letter can state.
    """
    if purpose not in PURPOSE_WORDS:
        return Right.NO
    return _RIGHTS.get(rights.get(purpose, ""), Right.NO)


def rights_of(rights: Mapping[Purpose, str]) -> dict[Purpose, Right]:
    """The right of every published row (see right_of)."""
    return {purpose: right_of(rights, purpose) for purpose in rights}


def known_audience(audience: str) -> ProjectKind | None:
    """A plan's audience; None for one that this version of the code does not know."""
    return _AUDIENCES.get(audience)


def permits(right: Right, kind: ProjectKind | None) -> bool:
    """Whether a right permits a project of `kind`; with no kind declared yet, whether it permits any project."""
    if right is Right.NO:
        return False
    return right is Right.YES or kind is not ProjectKind.ENTERPRISE
