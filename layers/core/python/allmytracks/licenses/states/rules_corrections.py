"""The letter that meets a clerical mistake in a name: the same licence, its names written rightly (M-III.8.apply)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from allmytracks.accounts.rules_end_users import LONGEST_NAME, DesignatedUser, Licensee
from allmytracks.documents.rules_text import required_line
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields
from allmytracks.licenses.rules import Letter, License
from allmytracks.licenses.states.rules import AlreadyRevoked


@dataclass(frozen=True, slots=True)
class NameCorrection:
    """The names as they are meant to be; None leaves one as it is. Nothing else of a licence can be corrected."""

    licensee: str | None = None
    designated_user: str | None = None


def corrected(old: Letter, correction: NameCorrection, number: str, issued_at: datetime) -> License:
    """The licence of the superseding letter. Raises AlreadyRevoked, InvalidFields."""
    if old.state.revocation is not None:
        raise AlreadyRevoked(
            "This licence is revoked; no letter can take its place.", revoked_at=old.state.revocation.revoked_at
        )
    of = old.license
    licensee, designated_user = with_names(of, correction)
    if (licensee, designated_user) == (of.licensee, of.designated_user):
        raise InvalidFields([FieldProblem("name", "unchanged", "The licence bears exactly this name already.")])
    return replace(
        of, number=number, issued_at=issued_at, licensee=licensee, designated_user=designated_user, supersedes=of.number
    )


def with_names(of: License, correction: NameCorrection) -> tuple[Licensee, DesignatedUser | None]:
    """The licensee and designated user under their corrected names. Raises InvalidFields."""
    problems = FieldProblems()
    licensee, designated_user = of.licensee, of.designated_user
    with problems.gathered():
        if correction.licensee is not None:
            licensee = replace(licensee, name=required_line("name", correction.licensee, LONGEST_NAME))
    with problems.gathered():
        if correction.designated_user is not None:
            if designated_user is None:
                message = "This licence names no designated user; another end user needs a licence of its own."
                raise InvalidFields([FieldProblem("designated_user", "not_named", message)])
            name = required_line("designated_user", correction.designated_user, LONGEST_NAME)
            designated_user = replace(designated_user, name=name)
    problems.raise_found()
    return licensee, designated_user
