"""Makes an export: one ZIP with a JSON file for each kind of record, the documents, and a manifest."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from msgspec import to_builtins

from allmytracks.documents.ports import Documents
from allmytracks.documents.rules import DocumentNotFound
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.records import BUCKETS, Exported, Store
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.privacy.events import DataExportFailed, DataExportReady
from allmytracks.privacy.ports import Archives, Exports
from allmytracks.privacy.rules_exports import (
    LIFETIME,
    SCHEMA_VERSION,
    Entry,
    Export,
    ExportFile,
    ExportNotFound,
    as_json,
    document_name,
    key_of,
    shown,
)
from allmytracks.privacy.use_cases.walk import Found, Walk

# Documents are fetched so many at a time, as many as the SDK's connection pool; no more are in memory.
FETCHED_AT_ONCE = 10
Document = tuple[Store, str]


@dataclass
class _Spooled:
    """A JSON file of the archive while records are added to it: a list, on disk."""

    file: IO[bytes]
    how: str | None
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    count: int = 0

    def add(self, record: Mapping[str, object]) -> None:
        text = json.dumps(record, ensure_ascii=False, default=as_json)
        self._write((",\n" if self.count else "[\n") + text)
        self.count += 1

    def close(self) -> None:
        self._write("\n]\n")
        self.file.close()

    def _write(self, text: str) -> None:
        content = text.encode()
        self.digest.update(content)
        self.file.write(content)


@dataclass(frozen=True)
class MakeExport:
    """Makes an export in little memory, however much there is. Idempotent: what a crash cut off is made again.

    Raises UndeclaredRecord, Unavailable.
    """

    walk: Walk
    exports: Exports
    documents: Mapping[Store, Documents]
    archives: Archives
    events: Events
    clock: Clock

    def __call__(self, account_id: str, export_id: str) -> None:
        try:
            export = self.exports.get(account_id, export_id)
            if export.file is None:
                self._make(export)
                export = self.exports.get(account_id, export_id)
        except ExportNotFound:
            return  # the account was erased meanwhile
        if export.file is not None:
            # Repeated when the message comes again: the first try may have crashed after its write.
            made_at, until = export.file.made_at, export.file.made_at + LIFETIME
            self.events.publish([DataExportReady(account_id, export_id, rfc3339(made_at), rfc3339(until))])

    def give_up(self, account_id: str, export_id: str) -> None:
        """After the last try: the export has failed and its member gets a notice; a file that was made counts."""
        try:
            export = self.exports.fail(self.exports.get(account_id, export_id), self.clock.now())
        except ExportNotFound:
            return
        if export.file is None and export.failed_at is not None:
            self.events.publish([DataExportFailed(account_id, export_id, rfc3339(export.failed_at))])

    def _make(self, export: Export) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.zip"
            self._write(path, Path(folder), export)
            with path.open("rb") as content:
                sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            self.archives.put(key_of(export, sha256), path)
            file = ExportFile(self.clock.now(), path.stat().st_size, sha256)
        self.exports.finish(export, file)

    def _write(self, path: Path, folder: Path, export: Export) -> None:
        spooled, documents = self._spool(folder, export.account_id)
        entries = []
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, each in sorted(spooled.items()):
                each.close()
                on_disk = folder / name
                archive.write(on_disk, name)
                size = on_disk.stat().st_size
                entries.append(Entry(name, each.count, size, each.digest.hexdigest(), each.how))
                on_disk.unlink()
            for name, content in self._fetched(documents):
                # Letters, invoices and pictures are compressed already.
                archive.writestr(name, content, zipfile.ZIP_STORED)
                entries.append(Entry(name, 1, len(content), hashlib.sha256(content).hexdigest()))
            manifest = {
                "schema_version": SCHEMA_VERSION,
                "export_id": export.id,
                "account_id": export.account_id,
                "made_at": rfc3339(self.clock.now()),
                "files": to_builtins(entries),
            }
            archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))

    def _spool(self, folder: Path, account_id: str) -> tuple[dict[str, _Spooled], dict[str, Document]]:
        """The records on disk by their files' names, and the documents that they lead to by theirs."""
        spooled: dict[str, _Spooled] = {}
        documents: dict[str, Document] = {}
        for record, stored in self._found(account_id):
            export = record.export
            if not isinstance(export, Exported):
                continue
            if stored.store in BUCKETS:
                documents[document_name(export, stored.key, account_id)] = (stored.store, stored.key)
                continue
            if export.file not in spooled:
                spooled[export.file] = _Spooled((folder / export.file).open("wb"), export.how)
            spooled[export.file].add(shown(record, export, stored.key, stored.sort, stored.attributes))
        return spooled, documents

    def _found(self, account_id: str) -> Iterator[Found]:
        yield from self.walk.beside(account_id)
        after: str | None = None
        while True:
            found, after = self.walk.page(account_id, after)
            yield from found
            if after is None:
                return

    def _fetched(self, documents: Mapping[str, Document]) -> Iterator[tuple[str, bytes]]:
        """Each document that is there."""
        with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
            every = list(documents.items())
            for start in range(0, len(every), FETCHED_AT_ONCE):
                some = every[start : start + FETCHED_AT_ONCE]
                contents = pool.map(self._fetch, [document for _, document in some])
                for (name, _), content in zip(some, contents, strict=True):
                    if content is not None:
                        yield name, content

    def _fetch(self, document: Document) -> bytes | None:
        store, key = document
        try:
            return self.documents[store].get(key)
        except DocumentNotFound:
            return None
