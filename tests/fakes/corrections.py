"""In-memory fakes: corrections that were proposed."""

from __future__ import annotations

from dataclasses import dataclass, field

from allmytracks.licenses.states.dynamodb_corrections import APPROVED, NOT_PROPOSED
from allmytracks.licenses.states.rules import AlreadySuperseded
from allmytracks.licenses.states.rules_corrections import CorrectionNotProposed, Proposal


@dataclass
class MemoryCorrections:
    """Proposals in memory."""

    stored: dict[tuple[str, str], Proposal] = field(default_factory=dict)

    def propose(self, proposal: Proposal) -> None:
        held = self.stored.get((proposal.account_id, proposal.number))
        if held is None or held.approved_by is None:
            self.stored[proposal.account_id, proposal.number] = proposal
        elif held.id != proposal.id:
            raise AlreadySuperseded(APPROVED)

    def get(self, account_id: str, number: str) -> Proposal:
        if (account_id, number) not in self.stored:
            raise CorrectionNotProposed(NOT_PROPOSED)
        return self.stored[account_id, number]

    def approve(self, proposal: Proposal) -> Proposal:
        held = self.get(proposal.account_id, proposal.number)
        if held.id != proposal.id:
            raise CorrectionNotProposed(NOT_PROPOSED)
        if held.approved_by is None:
            held = self.stored[proposal.account_id, proposal.number] = proposal
        return held
