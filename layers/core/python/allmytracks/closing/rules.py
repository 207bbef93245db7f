"""Applications to close an account, and what becomes of them (U-II.III.3, S-6.2, S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules_closing import Block
from allmytracks.documents.rules_text import required_line
from allmytracks.foundation.errors import Conflict, NotFound
from allmytracks.foundation.instants import rfc3339

LONGEST_REASON = 500


def check_reason(field: str, text: str) -> str:
    """A member's reason in its stored form. Raises InvalidFields."""
    return required_line(field, text, LONGEST_REASON)


class ClosingStatus(StrEnum):
    """The status of an application."""

    APPLIED = "applied"
    REFUSED = "refused"
    APPROVED = "approved"


class ClosingBlocked(Conflict):
    """The account cannot be closed yet; `blocks` lists all reasons (S-6.2, S-6.3)."""

    code = "closing_refused"


class ClosingNotFound(NotFound):
    """There is no application to close this account."""

    code = "closing_not_found"


class ClosingDecided(Conflict):
    """The application was decided already."""

    code = "closing_decided"


class Closing(Struct, frozen=True):
    """The latest application of an account, or an operator's closing of it.

    `forfeit`: a membership that runs is given up. `reason` are the member's own words; `decided_reason` is a code.
    """

    account_id: str
    status: ClosingStatus
    applied_at: datetime
    forfeit: bool = False
    reason: str | None = None
    decided_at: datetime | None = None
    decided_reason: str | None = None


def require_unblocked(blocks: Sequence[Block]) -> None:
    """Raises ClosingBlocked with every block, if there is one."""
    if blocks:
        named = ", ".join(sorted({block.code for block in blocks}))
        raise ClosingBlocked(f"This account cannot be closed now: {named}.", blocks=[shown(block) for block in blocks])


def shown(block: Block) -> dict[str, str]:
    """A block as answers show it; what it has not is left out."""
    told = {"code": block.code, "detail": block.detail}
    if block.until is not None:
        told["until"] = rfc3339(block.until)
    if block.reference is not None:
        told["reference"] = block.reference
    return told
