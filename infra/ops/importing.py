"""Imports a folder: every step can be repeated, so an import that was cut off is run again and goes on."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from infra.ops.client import OpsClient
from infra.ops.credits import Said, credits_in
from infra.ops.duplicates import Recordings
from infra.ops.errors import OpsError
from infra.ops.pieces import CREDITS, Found, Piece, checksum, find
from infra.ops.preparing import RefusedError, Wishes, prepare
from infra.ops.working_folder import working_folder

Outcome = Literal["imported", "unchanged", "refused"]
KNOWN_AT_ONCE = 100
REPORT_EVERY = 20
# Refusals of a track, not of the import: it goes on after them.
OF_ONE_TRACK = frozenset({"duplicate_track", "invalid_fields", "rendition_not_uploaded", "upload_refused"})


@dataclass(slots=True)
class Summary:
    """What came of an import: track ids by file name, and the reason of every refusal."""

    import_id: str
    files: int
    imported: dict[str, str] = field(default_factory=dict)
    unchanged: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def progress(self, *, finished: bool) -> dict[str, Any]:
        """The body of PUT /imports/{import_id}."""
        return {
            "imported": len(self.imported),
            "unchanged": len(self.unchanged),
            "refused": len(self.refused),
            "reasons": {name[-500:]: reason[:300] for name, reason in self.refused.items()},
            "finished": finished,
        }


@dataclass(slots=True)
class Listener:
    """Hears how far it has come: files in all, each one that was read, and the outcome of each piece with its files."""

    found: Callable[[int], None] = lambda _files: None
    checked: Callable[[], None] = lambda: None
    settled: Callable[[Outcome, int], None] = lambda _outcome, _files: None


class Importer:
    """One import of one folder."""

    def __init__(self, client: OpsClient, wishes: Wishes, listener: Listener | None = None) -> None:
        self._client = client
        self._wishes = wishes
        self._listener = listener or Listener()
        self._lock = threading.Lock()
        self._credits: Mapping[str, Said] = {}
        self._recordings = Recordings(client)

    def run(self, folder: Path, label: str) -> Summary:
        """Imports what is new in the folder. Raises OpsError where the API cannot be asked."""
        with working_folder(Path(tempfile.gettempdir())) as made:
            return self._run(folder, label, made)

    def _run(self, folder: Path, label: str, made: Path) -> Summary:
        found = find(folder)
        self._listener.found(found.files - found.pictures)
        started = self._client.call("POST", "/imports", json={"label": label, "files": found.files})
        summary = Summary(started["import_id"], found.files)
        for name, reason in found.refused.items():
            self._listener.checked()
            self._settle(summary, name, "refused", reason)
        self._credits = credits_in(folder, self._wishes.encoding)
        names = {source.name for piece in found.pieces for source in piece.files} | found.refused.keys()
        summary.notes |= {f"{CREDITS}: {name}": "no such file is here" for name in self._credits if name not in names}
        checksums = self._checksums(found, summary)
        fresh = self._without_known(found.pieces, checksums, summary)
        with ThreadPoolExecutor(self._wishes.workers) as pool:
            running = [pool.submit(self._import, piece, checksums, summary, made) for piece in fresh]
            try:
                for job in running:
                    job.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        self._report(summary, finished=True)
        return summary

    def _checksums(self, found: Found, summary: Summary) -> dict[str, str]:
        """The SHA-256 of every file by name; a file that is there twice is refused and leaves its piece."""
        checksums: dict[str, str] = {}
        first: dict[str, str] = {}
        with ThreadPoolExecutor(self._wishes.workers) as pool:
            paths = [source.path for piece in found.pieces for source in piece.files]
            digests = pool.map(_checksum_or_reason, paths)
        for piece in list(found.pieces):
            for source in piece.files:
                digest, reason = next(digests)
                if digest is None:
                    self._leave_out(piece, source.name, reason, summary)
                    continue
                if digest in first:
                    self._leave_out(piece, source.name, f"the same file as {first[digest]}", summary)
                    continue
                first[digest] = source.name
                checksums[source.name] = digest
                self._listener.checked()
        for piece in [each for each in found.pieces if not each.sources]:
            found.pieces.remove(piece)
            if piece.preview:
                self._settle(summary, piece.preview.name, "refused", "the preview of a piece that is refused")
        return checksums

    def _leave_out(self, piece: Piece, name: str, reason: str, summary: Summary) -> None:
        piece.sources = [source for source in piece.sources if source.name != name]
        if piece.preview and piece.preview.name == name:
            piece.preview = None
        self._listener.checked()
        self._settle(summary, name, "refused", reason)

    def _without_known(self, pieces: Sequence[Piece], checksums: Mapping[str, str], summary: Summary) -> list[Piece]:
        """Settles the pieces that are in the catalogue already, and returns the others."""
        wanted = [checksums[source.name] for piece in pieces for source in piece.sources]
        known: dict[str, dict[str, str]] = {}
        for start in range(0, len(wanted), KNOWN_AT_ONCE):
            body = {"checksums": wanted[start : start + KNOWN_AT_ONCE]}
            known |= self._client.call("POST", f"/imports/{summary.import_id}/known", json=body)["known"]
        fresh = []
        for piece in pieces:
            files = len(piece.files)
            holders = [known[checksums[source.name]] for source in piece.sources if checksums[source.name] in known]
            if not holders:
                fresh.append(piece)
            elif self._is_own(holders[0], piece, summary):
                self._settle(summary, piece.master.name, "unchanged", holders[0]["track_id"], files)
            else:
                self._settle(summary, piece.master.name, "refused", _duplicate(holders[0]), files)
        return fresh

    def _is_own(self, holder: Mapping[str, str], piece: Piece, summary: Summary) -> bool:
        return holder["import_id"] == summary.import_id and holder["path"] == piece.master.name

    def _import(self, piece: Piece, checksums: Mapping[str, str], summary: Summary, made: Path) -> None:
        name, files = piece.master.name, len(piece.files)
        try:
            with tempfile.TemporaryDirectory(dir=made) as folder:
                track_id, notes = self._bring(piece, checksums, summary.import_id, Path(folder))
        except RefusedError as error:
            self._settle(summary, name, "refused", str(error), files)
        except OpsError as error:
            if error.code not in OF_ONE_TRACK:
                raise
            reason = _duplicate(error.extra) if error.code == "duplicate_track" else str(error)
            self._settle(summary, name, "refused", reason, files)
        else:
            if notes:
                summary.notes[name] = "; ".join(notes)
            self._settle(summary, name, "imported", track_id, files)

    def _bring(self, piece: Piece, checksums: Mapping[str, str], import_id: str, folder: Path) -> tuple[str, list[str]]:
        prepared = prepare(piece, folder, self._wishes, self._credits)
        offers = [_offer(form, path) for form, path in prepared.files.items()]
        source = checksums[piece.master.name]
        permitted = self._client.call(
            "POST", f"/imports/{import_id}/uploads", json={"source": source, "renditions": offers}
        )
        for upload in permitted["uploads"]:
            self._client.put_file(upload["url"], upload["headers"], prepared.files[upload["format"]])
        track = {
            "import_id": import_id,
            "path": piece.master.name[-1000:],
            "checksums": [checksums[each.name] for each in piece.sources],
            "renditions": offers,
            **prepared.fields,
        }
        notes = [*prepared.notes, *self._alike(piece.master.name, prepared.fields)]
        return str(self._client.call("POST", "/tracks", json=track)["track_id"]), notes

    def _alike(self, name: str, fields: Mapping[str, Any]) -> list[str]:
        """Says where another file or track sounds the same; an operator decides which is kept."""
        signature = fields.get("signature")
        found = signature and self._recordings.alike(name, signature, float(fields["duration_seconds"]))
        return [f"it sounds the same as {found}"] if found else []

    def _settle(self, summary: Summary, name: str, outcome: Outcome, about: str, files: int = 1) -> None:
        """Keeps what came of a file, or of a piece of several."""
        with self._lock:
            getattr(summary, outcome)[name] = about
            settled = len(summary.imported) + len(summary.unchanged) + len(summary.refused)
            report = settled % REPORT_EVERY == 0
        self._listener.settled(outcome, files)
        if report:
            self._report(summary, finished=False)

    def _report(self, summary: Summary, *, finished: bool) -> None:
        with self._lock:
            body = summary.progress(finished=finished)
        self._client.call("PUT", f"/imports/{summary.import_id}", json=body)


def _checksum_or_reason(path: Path) -> tuple[str | None, str]:
    try:
        return checksum(path), ""
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"


def _offer(form: str, path: Path) -> dict[str, Any]:
    return {"format": form, "size": path.stat().st_size, "sha256": checksum(path)}


def _duplicate(holder: Mapping[str, Any]) -> str:
    return f"in the catalogue already as {holder['track_id']} ({holder['path']})"
