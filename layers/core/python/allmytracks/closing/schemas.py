"""What the routes of closing take and give."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import msgspec

from allmytracks.accounts.rules_closing import Block, RefusalReason
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.closing.rules import Closing
from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339


class ClosingForm(msgspec.Struct):
    """An application to close the account; `forfeit` gives up a membership that runs, without return of its fee."""

    forfeit: bool = False
    reason: Annotated[str, by_rule("closing.rules", "check_reason")] | None = None


class BlockAnswer(msgspec.Struct, omit_defaults=True):
    """A block to closing; `until` is when it ends by itself."""

    code: str
    detail: str
    until: str | None = None
    reference: str | None = None


class AppliedAnswer(msgspec.Struct):
    """An application that waits for its decision."""

    status: str
    applied_at: str


class ClosingAnswer(msgspec.Struct, omit_defaults=True):
    """The status of the latest application (`none`, `applied`, `refused`, `approved`), and its blocks."""

    status: str
    blocks: list[BlockAnswer]
    applied_at: str | None = None
    decided_at: str | None = None
    reason: str | None = None


class ClosingsQuery(msgspec.Struct):
    """Which page of the applications that wait."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class ClosingRecord(msgspec.Struct):
    """One application, or an operator's closing, as operators see it."""

    account_id: str
    status: str
    applied_at: str
    forfeit: bool
    reason: str | None
    decided_at: str | None
    decided_reason: str | None


class ClosingsAnswer(msgspec.Struct):
    """One page of applications, oldest first."""

    items: list[ClosingRecord]
    next_cursor: str | None


class Outcome(StrEnum):
    """How an operator decides."""

    APPROVE = "approve"
    REFUSE = "refuse"


class ClosingDecisionForm(msgspec.Struct):
    """An operator's decision; `reason` belongs to a refusal."""

    outcome: Outcome
    reason: RefusalReason | None = None


class CloseForm(msgspec.Struct):
    """Why an operator closes an account that nobody applied for."""

    reason: Reason


def applied_answer(closing: Closing) -> AppliedAnswer:
    """What a member gets who applied."""
    return AppliedAnswer(closing.status, rfc3339(closing.applied_at))


def closing_answer(closing: Closing | None, blocks: Sequence[Block]) -> ClosingAnswer:
    """An application's status as its member sees it."""
    told = [
        BlockAnswer(block.code, block.detail, rfc3339(block.until) if block.until else None, block.reference)
        for block in blocks
    ]
    if closing is None:
        return ClosingAnswer("none", told)
    decided_at = rfc3339(closing.decided_at) if closing.decided_at else None
    return ClosingAnswer(closing.status, told, rfc3339(closing.applied_at), decided_at, closing.decided_reason)


def closing_record(closing: Closing) -> ClosingRecord:
    """As operators see it."""
    return ClosingRecord(
        account_id=closing.account_id,
        status=closing.status,
        applied_at=rfc3339(closing.applied_at),
        forfeit=closing.forfeit,
        reason=closing.reason,
        decided_at=rfc3339(closing.decided_at) if closing.decided_at else None,
        decided_reason=closing.decided_reason,
    )


class EndForm(msgspec.Struct):
    """Which page of all accounts is closed at the end of the service."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 25
    cursor: str | None = None


class EndAnswer(msgspec.Struct):
    """How many accounts of the page are closed now; without `next_cursor` it was the last."""

    closed: int
    next_cursor: str | None
