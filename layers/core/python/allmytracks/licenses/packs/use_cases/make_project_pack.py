"""Making the pack of a project: a ZIP file with its letters, their signed texts, and a cue sheet."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import TrackNotFound
from allmytracks.documents.ports import Documents
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.letters.use_cases import document_key
from allmytracks.licenses.packs.ports import PackFiles, ProjectPacks
from allmytracks.licenses.packs.rules import (
    MOST_LETTERS,
    NO_LICENSES,
    TOO_MANY,
    PackFile,
    ProjectPack,
)
from allmytracks.licenses.packs.rules_cue_sheets import cue_sheet
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules import Letter
from allmytracks.licenses.rules_lists import is_of_project
from allmytracks.licenses.states.rules import LicenseStatus

EVER = datetime(2000, 1, 1, tzinfo=UTC)
READ_AT_ONCE = 250
# Documents are fetched so many at a time, as many as the SDK's connection pool; no more are in memory.
FETCHED_AT_ONCE = 10


@dataclass(frozen=True)
class MakeProjectPack:
    """Makes a pack. Idempotent. Raises PackNotFound, DocumentNotFound, Unavailable."""

    packs: ProjectPacks
    licenses: Licenses
    documents: Documents
    tracks: Tracks
    files: PackFiles
    clock: Clock

    def __call__(self, account_id: str, pack_id: str) -> None:
        pack = self.packs.get(account_id, pack_id)
        if pack.file is not None or pack.problem is not None:
            return
        letters = list(islice(self._letters(pack), MOST_LETTERS + 1))
        if not letters or len(letters) > MOST_LETTERS:
            self.packs.finish(pack, TOO_MANY if letters else NO_LICENSES)
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pack.zip"
            held = self._write(path, letters)
            self.files.put(pack.key, path)
            size = path.stat().st_size
        self.packs.finish(pack, PackFile(self.clock.now(), held, size))

    def _letters(self, pack: ProjectPack) -> Iterator[Letter]:
        """The licences of the project, oldest first."""
        cursor: str | None = None
        while True:
            page = self.licenses.issued_since(pack.account_id, EVER, limit=READ_AT_ONCE, cursor=cursor)
            yield from (letter for letter in page.items if is_of_project(letter, pack.project))
            cursor = page.next_cursor
            if cursor is None:
                return

    def _write(self, path: Path, letters: Sequence[Letter]) -> int:
        """Writes the pack; returns how many letters it holds: the valid ones. The cue sheet lists all, with status."""
        valid = [letter for letter in letters if letter.state.status is LicenseStatus.VALID]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            # The byte order mark marks UTF-8 for spreadsheets.
            archive.writestr("cue-sheet.csv", cue_sheet(letters, self._durations(letters)))
            with ThreadPoolExecutor(FETCHED_AT_ONCE) as fetching:
                for first in range(0, len(valid), FETCHED_AT_ONCE):
                    part = valid[first : first + FETCHED_AT_ONCE]
                    for letter, document in zip(part, fetching.map(self._document, part), strict=True):
                        number = letter.license.number
                        archive.writestr(f"letters/{number}.pdf", document)
                        archive.writestr(f"jws/{number}.jws", letter.jws)
        return len(valid)

    def _document(self, letter: Letter) -> bytes:
        return self.documents.get(document_key(letter.license.number))

    def _durations(self, letters: Sequence[Letter]) -> dict[str, float]:
        """The length of each piece in seconds, as far as the catalogue still has it."""
        found: dict[str, float] = {}
        for track_id in sorted({letter.license.work.track_id for letter in letters}):
            try:
                found[track_id] = self.tracks.get(track_id).duration_seconds
            except TrackNotFound:
                continue
        return found
