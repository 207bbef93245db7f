"""What the routes of approvals take and give."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.foundation.approvals.rules import Approval
from allmytracks.foundation.instants import rfc3339


class ApprovalsQuery(msgspec.Struct):
    """Which page of the requests that wait."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class ApprovalAnswer(msgspec.Struct):
    """A request for an act that needs two operators; once approved, the act is done by sending `method`, `path` and
    `body` (JSON) again until `valid_until`.
    """

    approval_id: str
    status: str
    act: str
    subject: str
    method: str
    path: str
    body: str
    requested_by: str
    requested_at: str
    valid_until: str
    decided_by: str | None
    decided_at: str | None


class ApprovalsAnswer(msgspec.Struct):
    """One page of requests that wait, oldest first."""

    items: list[ApprovalAnswer]
    next_cursor: str | None


def approval_answer(approval: Approval) -> ApprovalAnswer:
    """A request as operators see it."""
    return ApprovalAnswer(
        approval_id=approval.id,
        status=approval.status,
        act=approval.act,
        subject=approval.subject,
        method=approval.method,
        path=approval.path,
        body=approval.body,
        requested_by=approval.requested_by,
        requested_at=rfc3339(approval.requested_at),
        valid_until=rfc3339(approval.valid_until),
        decided_by=approval.decided_by,
        decided_at=rfc3339(approval.decided_at) if approval.decided_at else None,
    )
