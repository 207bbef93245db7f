"""Auditing operators' acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allmytracks.foundation.audit.ports import AuditLog
from allmytracks.foundation.audit.rules import Act, Acts, Operator
from allmytracks.foundation.paging import Page
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


@dataclass(frozen=True)
class ReadAudit:
    """Reading the log is an act as well. Raises InvalidFields (cursor), Unavailable."""

    log: AuditLog
    audit: Audit

    def __call__(self, day: date, acts: Acts, operator: Operator, *, limit: int, cursor: str | None) -> Page[Act]:
        self.audit(operator, "audit_read", "audit")
        return self.log.page(day, acts, limit=limit, cursor=cursor)
