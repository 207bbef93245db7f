"""An operator's import of a folder: start or resume, progress, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.ports_imports import Imports
from allmytracks.catalogue.rules import Holder, check_checksums
from allmytracks.catalogue.rules_imports import (
    MOST_NAMED_REFUSALS,
    Import,
    ImportNotFound,
    ImportStatus,
    Tally,
    import_id_for,
)
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.time_and_ids import Clock

MOST_CHECKSUMS = 100


@dataclass(frozen=True)
class RunImport:
    """The record of one import. A folder's label names it: the same label resumes the same import."""

    imports: Imports
    tracks: Tracks
    audit: Audit
    clock: Clock

    def start(self, label: str, files: int, operator: Operator) -> Import:
        """Starts an import of so many files, or resumes it."""
        import_id = import_id_for(label)
        self.audit(operator, "import_started", import_id)
        now = self.clock.now()
        try:
            before = self.imports.get(import_id)
        except ImportNotFound:
            record = Import(import_id, label, ImportStatus.RUNNING, operator.arn, now, now, 1, files, Tally())
        else:
            record = replace(
                before, status=ImportStatus.RUNNING, updated_at=now, runs=before.runs + 1, files=files, tally=Tally()
            )
        self.imports.put(record)
        return record

    def get(self, import_id: str, operator: Operator) -> Import:
        """Raises ImportNotFound."""
        self.audit(operator, "import_looked_up", import_id)
        return self.imports.get(import_id)

    def report(self, import_id: str, tally: Tally, operator: Operator, *, finished: bool) -> Import:
        """Records the import's progress; its end is audited as an act of its own. Raises ImportNotFound."""
        if finished:
            self.audit(operator, "import_finished", import_id)
        named = dict(islice((tally.reasons or {}).items(), MOST_NAMED_REFUSALS))
        record = replace(
            self.imports.get(import_id),
            status=ImportStatus.FINISHED if finished else ImportStatus.RUNNING,
            updated_at=self.clock.now(),
            tally=replace(tally, reasons=named),
        )
        self.imports.put(record)
        return record

    def known(self, checksums: Sequence[str]) -> dict[str, Holder]:
        """Which files are tracks already. Raises InvalidFields."""
        check_checksums("checksums", checksums)
        if len(checksums) > MOST_CHECKSUMS:
            raise InvalidFields([FieldProblem("checksums", "too_many", f"Send at most {MOST_CHECKSUMS} at once.")])
        return self.tracks.holders(checksums)
