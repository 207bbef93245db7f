"""Asking for an act, and deciding on it: exactly one second operator decides (P-security)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.approvals.ports import Approvals
from allmytracks.foundation.approvals.rules import (
    Approval,
    ApprovalNotFound,
    ApprovalStatus,
    Asked,
    requested,
)
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock

TRIES = 5


@dataclass(frozen=True)
class TwoOperators:
    """Requests and decisions are audited before they are stored; each may be repeated after a lost answer.

    With `required` off every act is done at once, by one operator. Everything raises Unavailable.
    """

    approvals: Approvals
    audit: Audit
    clock: Clock
    required: bool

    def awaited(self, asked: Asked, operator: Operator) -> Approval | None:
        """The request that an act waits for; None where it may be done now."""
        if not self.required:
            return None
        for _ in range(TRIES):
            now, known = self.clock.now(), self.approvals.get(asked.approval_id)
            if known is not None and known.is_in_force(ApprovalStatus.APPROVED, now):
                return None
            if known is not None and known.is_in_force(ApprovalStatus.WAITING, now):
                return known
            self.audit(operator, f"{asked.act}_requested", asked.subject)
            approval = requested(asked, operator.arn, now)
            if self.approvals.put(approval, after=known):
                return approval
        raise Unavailable

    def decide(self, approval_id: str, status: ApprovalStatus, operator: Operator) -> Approval:
        """Raises ApprovalNotFound, SameOperator (an approval), AlreadyDecided."""
        for _ in range(TRIES):
            known = self._known(approval_id)
            decided = known.decided(status, operator.arn, self.clock.now())
            self.audit(operator, f"{known.act}_{status}", known.subject)
            if decided == known or self.approvals.put(decided, after=known):
                return decided
        raise Unavailable

    def show(self, approval_id: str, operator: Operator) -> Approval:
        """Raises ApprovalNotFound."""
        approval = self._known(approval_id)
        self.audit(operator, "approval_looked_up", approval.subject)
        return approval

    def waiting(self, operator: Operator, *, limit: int, cursor: str | None) -> Page[Approval]:
        """Requests that wait and have not expired, oldest first. Raises InvalidFields (cursor)."""
        self.audit(operator, "approvals_listed", "approvals")
        page, now = self.approvals.waiting(limit=limit, cursor=cursor), self.clock.now()
        return Page([each for each in page.items if now < each.valid_until], page.next_cursor)

    def _known(self, approval_id: str) -> Approval:
        approval = self.approvals.get(approval_id)
        if approval is None:
            raise ApprovalNotFound("There is no such request.")
        return approval
