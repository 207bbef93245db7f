"""The log of operators' acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from allmytracks.foundation.audit.rules import Act


class AuditLog(Protocol):
    """Every act of every operator; append-only (P-security)."""

    def record(self, act: Act) -> None:
        """Adds one act. Raises Unavailable: then the act must not be done."""
        ...

    def on_day(self, day: date) -> Sequence[Act]:
        """The acts of one day (UTC), oldest first."""
        ...
