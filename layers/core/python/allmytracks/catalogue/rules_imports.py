"""Imports: the state of an operator's import of a folder into the catalogue."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import NotFound

# At most so many are named in the record; the rest are only counted.
MOST_NAMED_REFUSALS = 500


class ImportStatus(StrEnum):
    """The status of an import; a finished one runs again when its folder is imported again."""

    RUNNING = "running"
    FINISHED = "finished"


class ImportNotFound(NotFound):
    """There is no such import."""

    code = "import_not_found"


class Tally(Struct, frozen=True):
    """How many files became tracks, were tracks already, or were refused, and why by file name."""

    imported: int = 0
    unchanged: int = 0
    refused: int = 0
    reasons: Mapping[str, str] | None = None


class Import(Struct, frozen=True):
    """One folder's import; `label` names the folder, `runs` how often it was started."""

    id: str
    label: str
    status: ImportStatus
    started_by: str
    started_at: datetime
    updated_at: datetime
    runs: int
    files: int
    tally: Tally


def import_id_for(label: str) -> str:
    """The id of the import of the folder with this label: importing it again resumes the same one."""
    digest = base64.b32encode(hashlib.sha256(label.encode()).digest()).decode("ascii").lower()
    return f"imp_{digest[:26]}"
