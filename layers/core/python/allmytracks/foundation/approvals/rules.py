"""Acts that need a second operator: what was asked for, and who decided (decisions/2026-11-27-two-operators.md)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.foundation.errors import Conflict, Forbidden, NotFound

WAITS = timedelta(days=3)
# An approved act may be repeated so long: after a lost answer, or part after part.
HOLDS = timedelta(days=1)


class ApprovalNotFound(NotFound):
    """Nobody asked for this act, or the request has expired."""

    code = "approval_not_found"


class SameOperator(Forbidden):
    """The operator who asked for an act cannot approve it."""

    code = "same_operator"


class AlreadyDecided(Conflict):
    """Another operator approved or refused the request before."""

    code = "approval_decided"


class ApprovalStatus(StrEnum):
    """Waiting until a second operator approves or refuses."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class Asked(Struct, frozen=True):
    """An act as a request to the operators' API: its name, on whom, and the request that does it (`body` is JSON)."""

    act: str
    subject: str
    method: str
    path: str
    body: str

    @property
    def approval_id(self) -> str:
        """The same request has the same id, also where another operator sends it."""
        content = "\n".join((self.method, self.path, self.body))
        return f"apr_{hashlib.sha256(content.encode()).hexdigest()[:24]}"


class Approval(Struct, frozen=True):
    """A request for an act; `valid_until` is when the request, or what was approved, expires."""

    id: str
    act: str
    subject: str
    method: str
    path: str
    body: str
    requested_by: str
    requested_at: datetime
    valid_until: datetime
    status: ApprovalStatus = ApprovalStatus.WAITING
    decided_by: str | None = None
    decided_at: datetime | None = None

    def is_in_force(self, status: ApprovalStatus, now: datetime) -> bool:
        """Whether it has this status and has not expired."""
        return self.status is status and now < self.valid_until

    def decided(self, status: ApprovalStatus, operator: str, now: datetime) -> Approval:
        """As decided by a second operator.

        The same decision of the same operator may be repeated. Raises SameOperator, AlreadyDecided, ApprovalNotFound.
        """
        if self.is_in_force(status, now) and self.decided_by == operator:
            return self
        if now >= self.valid_until:
            raise ApprovalNotFound("This request has expired; ask for the act again.")
        if self.status is not ApprovalStatus.WAITING:
            raise AlreadyDecided(f"This request was {self.status} already.")
        if status is ApprovalStatus.APPROVED and operator == self.requested_by:
            raise SameOperator("You asked for this act; another operator has to approve it.")
        until = now + HOLDS if status is ApprovalStatus.APPROVED else self.valid_until
        return replace(self, status=status, decided_by=operator, decided_at=now, valid_until=until)


def requested(asked: Asked, operator: str, now: datetime) -> Approval:
    """A new request, which waits."""
    return Approval(
        asked.approval_id,
        asked.act,
        asked.subject,
        asked.method,
        asked.path,
        asked.body,
        requested_by=operator,
        requested_at=now,
        valid_until=now + WAITS,
    )
