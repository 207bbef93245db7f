"""Imports a folder: every step can be repeated, so an import that was cut off is run again and goes on."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from infra.ops.audio import LOSSLESS, Sound, UnreadableError, read
from infra.ops.client import OpsClient
from infra.ops.errors import OpsError
from infra.ops.pieces import Found, Piece, checksum, credits_in, find
from infra.ops.renditions import CannotRenderError, make_mp3, make_preview, make_wav

Outcome = Literal["imported", "unchanged", "refused"]
KNOWN_AT_ONCE = 100
REPORT_EVERY = 20
# Files of one name are one piece where they last equally long; encoders add some silence.
LENGTHS_DIFFER = 1.5
# Refusals of a track, not of the import: it goes on after them.
OF_ONE_TRACK = frozenset({"duplicate_track", "invalid_fields", "rendition_not_uploaded", "upload_refused"})


class RefusedError(Exception):
    """This piece is not imported; the message says why."""


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


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator said of the whole folder, where the files' own tags are silent (`kind` wins over them)."""

    kind: Literal["music", "sound_effect"] | None = None
    artist: str = "Unknown artist"
    workers: int = 2


@dataclass(slots=True)
class Listener:
    """Hears how far it has come: files in all, then each file's phase and outcome."""

    found: Callable[[int], None] = lambda _files: None
    checked: Callable[[str], None] = lambda _name: None
    settled: Callable[[str, Outcome, str], None] = lambda _name, _outcome, _about: None


class Importer:
    """One import of one folder."""

    def __init__(self, client: OpsClient, wishes: Wishes, listener: Listener | None = None) -> None:
        self._client = client
        self._wishes = wishes
        self._listener = listener or Listener()
        self._lock = threading.Lock()
        self._credits: Mapping[str, Mapping[str, str]] = {}

    def run(self, folder: Path, label: str) -> Summary:
        """Imports what is new in the folder. Raises OpsError where the API cannot be asked."""
        found = find(folder)
        self._listener.found(found.files)
        started = self._client.call("POST", "/imports", json={"label": label, "files": found.files})
        summary = Summary(started["import_id"], found.files)
        for name, reason in found.refused.items():
            self._listener.checked(name)
            self._settle(summary, name, "refused", reason)
        checksums = self._checksums(found, summary)
        fresh = self._without_known(found.pieces, checksums, summary)
        self._credits = credits_in(folder)
        with ThreadPoolExecutor(self._wishes.workers) as pool:
            running = [pool.submit(self._import, piece, checksums, summary) for piece in fresh]
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
        for piece in list(found.pieces):
            for source in piece.files:
                try:
                    digest = checksum(source.path)
                except OSError as error:
                    self._leave_out(found, piece, source.name, f"cannot be read: {error.strerror}", summary)
                    continue
                if digest in first:
                    self._leave_out(found, piece, source.name, f"the same file as {first[digest]}", summary)
                    continue
                first[digest] = source.name
                checksums[source.name] = digest
                self._listener.checked(source.name)
        return checksums

    def _leave_out(self, found: Found, piece: Piece, name: str, reason: str, summary: Summary) -> None:
        piece.sources = [source for source in piece.sources if source.name != name]
        if piece.preview and piece.preview.name == name:
            piece.preview = None
        if not piece.sources:
            found.pieces.remove(piece)
        self._listener.checked(name)
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
            holders = [known[checksums[source.name]] for source in piece.sources if checksums[source.name] in known]
            if not holders:
                fresh.append(piece)
            elif self._is_own(holders[0], piece, summary):
                self._settle(summary, piece.master.name, "unchanged", holders[0]["track_id"])
            else:
                self._settle(summary, piece.master.name, "refused", _duplicate(holders[0]))
        return fresh

    def _is_own(self, holder: Mapping[str, str], piece: Piece, summary: Summary) -> bool:
        return holder["import_id"] == summary.import_id and holder["path"] == piece.master.name

    def _import(self, piece: Piece, checksums: Mapping[str, str], summary: Summary) -> None:
        name = piece.master.name
        try:
            track_id, notes = self._bring(piece, checksums, summary.import_id)
        except (RefusedError, UnreadableError) as error:
            self._settle(summary, name, "refused", str(error))
        except OpsError as error:
            if error.code not in OF_ONE_TRACK:
                raise
            reason = _duplicate(error.extra) if error.code == "duplicate_track" else str(error)
            self._settle(summary, name, "refused", reason)
        else:
            if notes:
                summary.notes[name] = "; ".join(notes)
            self._settle(summary, name, "imported", track_id)

    def _bring(self, piece: Piece, checksums: Mapping[str, str], import_id: str) -> tuple[str, list[str]]:
        sound = read(piece.master.path)
        for other in piece.sources[1:]:
            _check_same(sound, other.name, read(other.path))
        if piece.preview:
            read(piece.preview.path)
        title = sound.title or piece.master.path.stem.replace("_", " ").strip() or piece.master.name
        artist = sound.artist or self._wishes.artist
        with tempfile.TemporaryDirectory(prefix="allmytracks-") as folder:
            files, notes = _renditions(piece, Path(folder), title[:300], artist[:300])
            offers = [_offer(form, path) for form, path in files.items()]
            source = checksums[piece.master.name]
            permitted = self._client.call(
                "POST", f"/imports/{import_id}/uploads", json={"source": source, "renditions": offers}
            )
            for upload in permitted["uploads"]:
                self._client.put_file(upload["url"], upload["headers"], files[upload["format"]])
        track = {
            "import_id": import_id,
            "path": piece.master.name[-1000:],
            "checksums": [checksums[each.name] for each in piece.sources],
            "title": title[:300],
            "artist": artist[:300],
            "kind": self._wishes.kind or sound.kind or "music",
            "duration_seconds": sound.seconds,
            "renditions": offers,
            **_words(sound),
            **self._credits_of(piece, sound),
        }
        return str(self._client.call("POST", "/tracks", json=track)["track_id"]), notes

    def _credits_of(self, piece: Piece, sound: Sound) -> dict[str, str]:
        """What letters state of the track: by the folder's tracks.csv, else by the tags."""
        said = {"composer": (sound.composer or "")[:300], "isrc": sound.isrc or ""}
        for source in piece.files:
            said |= self._credits.get(source.name, {})
        return {name: text for name, text in said.items() if text}

    def _settle(self, summary: Summary, name: str, outcome: Outcome, about: str) -> None:
        with self._lock:
            getattr(summary, outcome)[name] = about
            settled = len(summary.imported) + len(summary.unchanged) + len(summary.refused)
            report = settled % REPORT_EVERY == 0
        self._listener.settled(name, outcome, about)
        if report:
            self._report(summary, finished=False)

    def _report(self, summary: Summary, *, finished: bool) -> None:
        with self._lock:
            body = summary.progress(finished=finished)
        self._client.call("PUT", f"/imports/{summary.import_id}", json=body)


def _renditions(piece: Piece, folder: Path, title: str, artist: str) -> tuple[dict[str, Path], list[str]]:
    """The file of each rendition: that of the folder where it has one, made of the best source otherwise.

    Raises RefusedError where there would be nothing to sell.
    """
    have = {source.form: source.path for source in piece.sources}
    files: dict[str, Path] = {form: have[form] for form in ("wav", "mp3") if form in have}
    notes = []
    best = piece.master
    if "wav" not in files and best.form in LOSSLESS:
        files["wav"] = folder / "made.wav"
        make_wav(best.path, files["wav"])
    if piece.preview:
        files["preview"] = piece.preview.path
    for form, make in (("mp3", make_mp3), ("preview", make_preview)):
        if form in files:
            continue
        try:
            make(best.path, folder / f"{form}.mp3", title, artist)
        except CannotRenderError as error:
            notes.append(f"no {form}: {error}")
        else:
            files[form] = folder / f"{form}.mp3"
    if not {"wav", "mp3"} & files.keys():
        raise RefusedError("; ".join(notes))
    return files, notes


def _offer(form: str, path: Path) -> dict[str, Any]:
    return {"format": form, "size": path.stat().st_size, "sha256": checksum(path)}


def _check_same(sound: Sound, name: str, other: Sound) -> None:
    if abs(sound.seconds - other.seconds) > LENGTHS_DIFFER:
        raise RefusedError(f"{name} has its name but lasts {other.seconds:.1f} s, not {sound.seconds:.1f} s")


def _words(sound: Sound) -> dict[str, Any]:
    return {
        "genres": [each[:300] for each in sound.genres[:50]],
        "moods": [each[:300] for each in sound.moods[:50]],
        "instruments": [each[:300] for each in sound.instruments[:50]],
        "bpm": sound.bpm,
        "key": sound.key[:300] if sound.key else None,
    }


def _duplicate(holder: Mapping[str, Any]) -> str:
    return f"in the catalogue already as {holder['track_id']} ({holder['path']})"
