"""In-memory fakes: imports."""

from __future__ import annotations

from dataclasses import dataclass, field

from allmytracks.catalogue.rules_imports import Import, ImportNotFound


@dataclass
class MemoryImports:
    """Imports in memory."""

    stored: dict[str, Import] = field(default_factory=dict)

    def get(self, import_id: str) -> Import:
        if import_id not in self.stored:
            raise ImportNotFound("There is no such import.")
        return self.stored[import_id]

    def put(self, record: Import) -> None:
        self.stored[record.id] = record
