"""Request and response bodies of the operators' routes for licences."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.accounts.rules import Account
from allmytracks.accounts.use_cases.authorise_user import AuthorisationReason
from allmytracks.accounts.use_cases.mark_publicity import PublicityReason
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import Letter
from allmytracks.licenses.schemas import DesignatedUserForm, LicenseeForm
from allmytracks.licenses.schemas_verification import VerificationAnswer, verification_answer
from allmytracks.licenses.states.rules import RevocationReason, SupersessionReason
from allmytracks.licenses.states.rules_corrections import NameCorrection, Proposal
from allmytracks.licenses.states.use_cases.look_up_license import LicenseFile
from allmytracks.licenses.states.use_cases.revoke_licenses import AccountRevocation, Revoked, RevokedPart
from allmytracks.licenses.states.use_cases.supersede_license import Superseded

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class RevocationForm(msgspec.Struct):
    """Why a licence is revoked."""

    reason: RevocationReason


class AccountRevocationForm(RevocationForm):
    """All of an account from `since` on (with its zone); `run` and `cursor` resume where a response ended."""

    since: Instant
    dry_run: bool = False
    run: Instant | None = None
    cursor: str | None = None

    def wanted(self, account_id: str) -> AccountRevocation:
        return AccountRevocation(account_id, self.since, self.reason, self.run, self.cursor, self.dry_run)


class SupersessionForm(msgspec.Struct):
    """The right names, and the kind of mistake. Nothing else of a letter can be corrected.

    More than another spelling is proposed to a second operator, with `evidence` (where to find it: a ticket, a
    document). `cursor` resumes the account's other letters where a response ended.
    """

    reason: SupersessionReason
    name: str | None = None
    designated_user: str | None = None
    evidence: str | None = None
    cursor: str | None = None

    def correction(self) -> NameCorrection:
        return NameCorrection(self.name, self.designated_user)


class ApprovalForm(msgspec.Struct):
    """Exactly the proposal that was looked at; `cursor` resumes where a response ended."""

    proposal_id: str
    cursor: str | None = None


class ProposalAnswer(msgspec.Struct):
    """A correction that needs two operators; `status` is `proposed` or `approved`. Operators by their ARN."""

    proposal_id: str
    status: str
    number: str
    account_id: str
    name: str | None
    designated_user: str | None
    reason: str
    evidence: str
    proposed_by: str
    proposed_at: str
    approved_by: str | None
    approved_at: str | None


class AuthorisationForm(msgspec.Struct):
    """A further user of an enterprise, and the reason."""

    name: str
    reason: AuthorisationReason


class PublicityForm(msgspec.Struct):
    """Whether an account is not to be named in publicity, and the reason of the mark."""

    not_named: bool
    reason: PublicityReason


class PublicityAnswer(msgspec.Struct):
    """Whether an account is not to be named in publicity; letters issued from now on state it."""

    account_id: str
    not_named: bool


class EndUsersAnswer(msgspec.Struct):
    """Whom an account's licences may be for; `end_user` is null until the first licence binds it."""

    account_id: str
    end_user: str | None
    further_users: list[str]


class SupersededAnswer(msgspec.Struct):
    """The letter `number` supersedes `supersedes`; `newly` is false where it did before this request.

    `followed` are the numbers of further letters and agreements of the account, corrected by this request;
    `next_cursor`, where there are more to look at, asks for the next of them.
    """

    number: str
    supersedes: str | None
    account_id: str
    issued_at: str
    licensee: str
    end_user: str | None
    reason: str
    newly: bool
    followed: list[str]
    next_cursor: str | None


class LicensesQuery(msgspec.Struct):
    """Which page of an account's licences."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class RevokedAnswer(msgspec.Struct):
    """A revoked licence; `newly` is false where it was revoked before. `successors` were revoked with it."""

    number: str
    account_id: str
    status: str
    revoked_at: str
    reason: str
    newly: bool
    successors: list[str]


class RevokedPartAnswer(msgspec.Struct):
    """The result of one request of a run, or of its dry run."""

    run: str
    revoked: int
    already_revoked: int
    next_cursor: str | None


class LicenseRow(msgspec.Struct):
    """One of an account's licences."""

    number: str
    status: str
    issued_at: str
    track_id: str
    title: str
    project: str
    purpose: str
    licensee: str
    end_user: str
    revoked_at: str | None
    superseded_by: str | None
    supersedes: str | None


class LicenseRowsAnswer(msgspec.Struct):
    """One page, newest first."""

    items: list[LicenseRow]
    next_cursor: str | None


class LicenseFileAnswer(msgspec.Struct):
    """Everything on record of a licence; particulars are null where they were erased with the account."""

    account_id: str
    public: VerificationAnswer
    revocation_reason: str | None
    supersession_reason: str | None
    licensee: LicenseeForm | None
    designated_user: DesignatedUserForm | None
    order_id: str | None
    download_id: str | None


def revoked_answer(revoked: Revoked) -> RevokedAnswer:
    """A revoked licence, for the operator."""
    at, reason = rfc3339(revoked.revocation.revoked_at), revoked.revocation.reason.value
    successors = list(revoked.successors)
    return RevokedAnswer(revoked.number, revoked.account_id, "revoked", at, reason, revoked.newly, successors)


def revoked_part_answer(part: RevokedPart) -> RevokedPartAnswer:
    """The progress of a run."""
    return RevokedPartAnswer(rfc3339(part.run), part.revoked, part.already_revoked, part.next_cursor)


def superseded_answer(done: Superseded) -> SupersededAnswer:
    """A superseding letter, for the operator."""
    of = done.of
    return SupersededAnswer(
        number=of.number,
        supersedes=of.supersedes,
        account_id=of.account_id,
        issued_at=rfc3339(of.issued_at),
        licensee=of.licensee.name,
        end_user=of.end_user,
        reason=done.supersession.reason,
        newly=done.newly,
        followed=list(done.followed),
        next_cursor=done.next_cursor,
    )


def proposal_answer(proposal: Proposal) -> ProposalAnswer:
    """A proposed correction, for operators."""
    approved_at = proposal.approved_at
    return ProposalAnswer(
        proposal_id=proposal.id,
        status="approved" if proposal.approved_by else "proposed",
        number=proposal.number,
        account_id=proposal.account_id,
        name=proposal.correction.licensee,
        designated_user=proposal.correction.designated_user,
        reason=proposal.reason,
        evidence=proposal.evidence,
        proposed_by=proposal.proposed_by,
        proposed_at=rfc3339(proposal.proposed_at),
        approved_by=proposal.approved_by,
        approved_at=rfc3339(approved_at) if approved_at else None,
    )


def end_users_answer(account: Account) -> EndUsersAnswer:
    """Whom an account's licences may be for."""
    return EndUsersAnswer(account.id, account.end_user, sorted(account.further_users))


def license_row(letter: Letter) -> LicenseRow:
    """A licence in a list."""
    of, state = letter.license, letter.state
    return LicenseRow(
        number=of.number,
        status=state.status,
        issued_at=rfc3339(of.issued_at),
        track_id=of.work.track_id,
        title=of.work.title,
        project=of.project.name,
        purpose=of.purpose,
        licensee=of.licensee.name,
        end_user=of.end_user,
        revoked_at=rfc3339(state.revoked_at) if state.revoked_at else None,
        superseded_by=state.superseded_by,
        supersedes=of.supersedes,
    )


def license_file_answer(file: LicenseFile) -> LicenseFileAnswer:
    """One licence as an operator sees it."""
    state, of = file.public.state, file.letter.license if file.letter else None
    designated = of.designated_user if of else None
    return LicenseFileAnswer(
        account_id=file.account_id,
        public=verification_answer(file.public),
        revocation_reason=state.revocation.reason if state.revocation else None,
        supersession_reason=state.supersession.reason if state.supersession else None,
        licensee=LicenseeForm(of.licensee.name, of.licensee.kind, of.licensee.address, of.licensee.tax_id)
        if of
        else None,
        designated_user=DesignatedUserForm(designated.name, designated.address) if designated else None,
        order_id=of.order_id if of else None,
        download_id=of.download_id if of else None,
    )
