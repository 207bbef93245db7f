"""How long each kind of record is kept, by which law, and what the last pass of retention did (P-storage)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.records import Record
from allmytracks.privacy.ports import Passes
from allmytracks.privacy.rules_retention import SUBJECT, Pass


@dataclass(frozen=True)
class ShowRetention:
    """The declared kinds beside the last pass. Raises Unavailable."""

    records: Sequence[Record]
    passes: Passes
    audit: Audit

    def __call__(self, operator: Operator) -> tuple[Sequence[Record], Pass | None]:
        self.audit(operator, "retention_looked_up", SUBJECT)
        return self.records, self.passes.last()
