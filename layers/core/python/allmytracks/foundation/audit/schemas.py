"""What the route of the audit log takes and gives."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from allmytracks.foundation.audit.rules import Act, Acts
from allmytracks.foundation.instants import rfc3339


class AuditQuery(msgspec.Struct):
    """Acts of one day (UTC): on a subject, by operators with this in their identity, of one name."""

    day: date
    subject: str | None = None
    operator: str | None = None
    act: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    cursor: str | None = None

    def acts(self) -> Acts:
        """The filter."""
        return Acts(self.subject, self.operator, self.act)


class ActAnswer(msgspec.Struct):
    """One act of an operator."""

    act_id: str
    at: str
    act: str
    subject: str
    operator: str
    source_ip: str
    reason: str | None


class AuditAnswer(msgspec.Struct):
    """One page of a day's acts, newest first."""

    items: list[ActAnswer]
    next_cursor: str | None


def act_answer(act: Act) -> ActAnswer:
    """An act as operators see it."""
    return ActAnswer(
        act.id, rfc3339(act.at), act.name, act.subject, act.operator.arn, act.operator.source_ip, act.reason
    )
