"""Auditing operators' acts."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.audit.ports import AuditLog
from allmytracks.foundation.audit.rules import Act, Operator
from allmytracks.foundation.time_and_ids import Clock, Ids


@dataclass(frozen=True)
class Audit:
    """Records an act before it is done or its result is shown: no act without a record (P-security).

    Raises Unavailable.
    """

    log: AuditLog
    clock: Clock
    ids: Ids

    def __call__(self, operator: Operator, name: str, subject: str, reason: str | None = None) -> None:
        self.log.record(Act(self.ids.new("act"), name, subject, operator, self.clock.now(), reason))
