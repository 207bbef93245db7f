"""Two operators correct a name beyond its spelling, by evidence (M-III.8.apply): one proposes, another approves."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.foundation.approvals.rules import SameOperator
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import normal_number
from allmytracks.licenses.states.ports import Corrections
from allmytracks.licenses.states.rules import SupersessionReason
from allmytracks.licenses.states.rules_corrections import (
    CorrectionNotProposed,
    NameCorrection,
    Proposal,
    evidence_of,
)
from allmytracks.licenses.states.use_cases.supersede_license import Superseded, SupersedeLicense


@dataclass(frozen=True)
class ProposeCorrection:
    """Audited before it is done; changes no letter.

    Raises LicenseNotFound, AlreadyRevoked, AlreadySuperseded, EndUserBound, InvalidFields, Unavailable.
    """

    supersede: SupersedeLicense
    corrections: Corrections
    audit: Audit
    clock: Clock

    def __call__(
        self, number: str, correction: NameCorrection, reason: SupersessionReason, evidence: str, operator: Operator
    ) -> Proposal:
        number, evidence = normal_number(number), evidence_of(evidence)
        account_id = self.supersede.require_possible(number, correction)
        self.audit(operator, "correction_proposed", number, reason)
        at = whole_milliseconds(self.clock.now())
        proposal = Proposal(account_id, number, correction, reason, evidence, operator.arn, at)
        self.corrections.propose(proposal)
        return proposal


@dataclass(frozen=True)
class ApproveCorrection:
    """Approves exactly the proposal `proposal_id` and makes the correction; idempotent, and resumes at `cursor`.

    Raises CorrectionNotProposed, SameOperator, and what SupersedeLicense raises.
    """

    licenses: Licenses
    supersede: SupersedeLicense
    corrections: Corrections
    audit: Audit
    clock: Clock

    def __call__(self, number: str, proposal_id: str, operator: Operator, *, cursor: str | None = None) -> Superseded:
        number = normal_number(number)
        proposal = self.corrections.get(self.licenses.owner(number), number)
        if proposal.id != proposal_id:
            raise CorrectionNotProposed("Another correction was proposed for this letter; look at that one.")
        if proposal.proposed_by == operator.arn:
            raise SameOperator("You proposed this correction; another operator has to approve it.")
        if proposal.approved_by is None:
            self.audit(operator, "correction_approved", number, proposal.reason)
            at = whole_milliseconds(self.clock.now())
            self.corrections.approve(replace(proposal, approved_by=operator.arn, approved_at=at))
        return self.supersede(number, proposal.correction, proposal.reason, operator, proven=True, cursor=cursor)

    def show(self, number: str, operator: Operator) -> Proposal:
        """The proposal that waits for approval; the read is audited. Raises LicenseNotFound, CorrectionNotProposed."""
        number = normal_number(number)
        self.audit(operator, "correction_looked_up", number)
        return self.corrections.get(self.licenses.owner(number), number)
