"""Correction of a clerical mistake in a name by another letter: the same licence with the right names (M-III.8.apply).

A correction changes the spelling (accounts/rules_spelling.py), and never adds a second end user: it is applied to all
documents of the account under the mistaken name. More than a spelling needs two operators and evidence.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict, replace

from allmytracks.accounts.rules_end_users import LONGEST_NAME, DesignatedUser, EndUsers, Licensee, Respelling
from allmytracks.accounts.rules_spelling import same_person
from allmytracks.documents.rules_text import required_line
from allmytracks.foundation.errors import Conflict, FieldProblem, FieldProblems, InvalidFields, NotFound
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense
from allmytracks.licenses.rules import WORDING, License
from allmytracks.licenses.states.rules import AlreadyRevoked, LicenseState, SupersessionReason

LONGEST_EVIDENCE = 300
# A document whose names can be corrected: a letter's licence, a music licence agreement, a special licence.
Named = License | MusicAgreement | SpecialLicense


class SecondOperatorRequired(Conflict):
    """The new name is more than another spelling of the same person's name: two operators decide, by evidence."""

    code = "second_operator_required"


class CorrectionNotProposed(NotFound):
    """This correction was not proposed, or another one replaced it."""

    code = "correction_not_proposed"


class NameCorrection(Struct, frozen=True):
    """The right names; None leaves one unchanged. Nothing else of a licence can be corrected."""

    licensee: str | None = None
    designated_user: str | None = None


def corrected(of: Named, state: LicenseState, correction: NameCorrection) -> Named:
    """The same document with the right names. Raises AlreadyRevoked, InvalidFields."""
    if state.revocation is not None:
        raise AlreadyRevoked("This licence is revoked; it cannot be superseded.", revoked_at=state.revoked_at)
    after = with_names(of, correction)
    if after == of:
        raise InvalidFields([FieldProblem("name", "unchanged", "The licence bears exactly this name already.")])
    return after


def with_names(of: Named, correction: NameCorrection) -> Named:
    """The same document under the corrected names. Raises InvalidFields."""
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
    return _renamed(of, licensee, designated_user)


def superseding(of: Named, number: str, issued_at: datetime) -> Named:
    """The document that supersedes the one of `of`."""
    renewed = replace(of, number=number, issued_at=issued_at, supersedes=of.number)
    return replace(renewed, wording=WORDING) if isinstance(renewed, License) else renewed


def _renamed(of: Named, licensee: Licensee, designated_user: DesignatedUser | None) -> Named:
    if not isinstance(of, MusicAgreement):
        return replace(of, licensee=licensee, designated_user=designated_user)
    end_user = (designated_user or licensee).name if of.end_user is not None else None
    return replace(of, licensee=licensee, designated_user=designated_user, end_user=end_user)


class Proposal(Struct, frozen=True):
    """A correction that waits for a second operator; operators by their ARN. `evidence` says where to find it."""

    account_id: str
    number: str
    correction: NameCorrection
    reason: SupersessionReason
    evidence: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None

    @property
    def id(self) -> str:
        """The id of exactly this proposal, so that an operator approves what was shown."""
        of = (self.number, asdict(self.correction), self.reason.value, self.evidence, self.proposed_by)
        return "cor_" + hashlib.sha256(repr(of).encode()).hexdigest()[:24]


def evidence_of(text: str) -> str:
    """Where to find the evidence, in its stored form. Raises InvalidFields."""
    return required_line("evidence", text, LONGEST_EVIDENCE)


def users_after(users: EndUsers, of: Named, now: Named, *, proven: bool) -> EndUsers:
    """The account's end users once `now` supersedes `of`. Raises EndUserBound."""
    if of.end_user is not None and now.end_user is not None:
        users = users.corrected(Respelling(of.end_user, now.end_user, proven))
    return users.noted(Respelling(of.licensee.name, now.licensee.name, proven))


def require_same_persons(users: EndUsers, of: Named, now: Named, reason: SupersessionReason) -> None:
    """Checks that each corrected name is still the same person's, compared with its first submission.

    Raises SecondOperatorRequired.
    """
    names = [(of.licensee.name, now.licensee.name)]
    if of.designated_user is not None and now.designated_user is not None:
        names.append((of.designated_user.name, now.designated_user.name))
    incomplete = reason is SupersessionReason.INCOMPLETE_NAME
    for was, is_now in names:
        first = users.spelled_first(was)
        if was != is_now and not same_person(first, is_now, incomplete=incomplete):
            raise SecondOperatorRequired(
                f"This is more than another spelling of {first}. Send evidence with it; then a second operator decides."
            )


def as_spelled_now(of: Named, users: EndUsers) -> Named:
    """The same document with its names after the account's corrections."""
    designated = of.designated_user
    if designated is not None:
        designated = replace(designated, name=users.spelled_now(designated.name))
    return _renamed(of, replace(of.licensee, name=users.spelled_now(of.licensee.name)), designated)
