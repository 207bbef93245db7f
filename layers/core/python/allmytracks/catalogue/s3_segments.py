"""The search index's objects in S3: immutable packs of segments, and a manifest that names those in force."""

from __future__ import annotations

import contextlib
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from allmytracks.catalogue.rules_search import FORM
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

META = "meta.json"  # tantivy's list of segments
ROOT = "search/"
FOLDER = f"{ROOT}{FORM}"
MANIFEST = f"{FOLDER}/manifest.json"
OLD_FORM_KEPT = timedelta(days=30)  # after its last change: for a return to an older deployment
AT_ONCE = 8  # packs that are fetched at a time
FILE_BYTES = 1 << 20  # a file is packed in parts of so many bytes, so that it is never whole in memory
# Without the right to list the bucket, which is not needed here, S3 answers 403 for a key that is not there.
_MISSING = frozenset({"NoSuchKey", "404", "AccessDenied", "403"})
_NOT_MODIFIED = frozenset({"304", "NotModified"})
_RACED = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_TRANSIENT = frozenset(
    {"InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "RequestTimeTooSkewed", "500", "502", "503"}
)


class Pack(Struct, frozen=True, omit_defaults=True):
    """An object with the files of one commit, each compressed by itself: by name the first byte and how many."""

    files: dict[str, tuple[int, int]]
    retired_at: datetime | None = None


class Change(Struct, frozen=True):
    """Tracks that were brought up to date by the commit of this number."""

    number: int
    tracks: tuple[str, ...]


class Manifest(Struct, frozen=True, omit_defaults=True):
    """What the index consists of; `meta` is tantivy's list of segments."""

    number: int = 0
    meta: str = ""
    packs: dict[str, Pack] = {}
    changes: tuple[Change, ...] = ()
    rebuilt: int = 0
    swept_at: datetime | None = None

    def files(self) -> dict[str, tuple[str, int, int]]:
        """The files in force: each one's pack, first byte and length."""
        return {
            name: (key, first, length)
            for key, pack in self.packs.items()
            if pack.retired_at is None
            for name, (first, length) in pack.files.items()
        }

    def changed_since(self, number: int) -> set[str] | None:
        """The tracks that commits after `number` brought up to date; None where not all are remembered."""
        if self.rebuilt > number or (self.changes and self.changes[0].number > number + 1):
            return None
        if self.number > number and not self.changes:
            return None
        return {track for change in self.changes if change.number > number for track in change.tracks}


class Lost(Exception):
    """Another writer replaced the manifest meanwhile."""


class SegmentStore:
    """The objects of the index in one bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: S3Client = sdk_client("s3")

    def manifest(self, known: str | None = None) -> tuple[Manifest, str | None] | None:
        """The manifest and its ETag; None where it is the `known` one. A first one is empty. Raises Unavailable."""
        asked = {"IfNoneMatch": known} if known else {}
        with _translated():
            try:
                answer = self._s3.get_object(Bucket=self._bucket, Key=MANIFEST, **asked)  # type: ignore[arg-type]  # by name
            except ClientError as error:
                if _code(error) in _NOT_MODIFIED:
                    return None
                if _code(error) in _MISSING:
                    return Manifest(), None
                raise
            return msgspec.json.decode(answer["Body"].read(), type=Manifest), answer["ETag"]

    def replace(self, manifest: Manifest, etag: str | None) -> str:
        """Puts the manifest in place of the one with this ETag. Raises Lost, Unavailable."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        with _translated():
            try:
                answer = self._s3.put_object(
                    Bucket=self._bucket,
                    Key=MANIFEST,
                    Body=msgspec.json.encode(manifest),
                    ContentType="application/json",
                    **condition,  # type: ignore[arg-type]  # by name
                )
            except ClientError as error:
                if _code(error) in _RACED:
                    raise Lost from error
                raise
        return answer["ETag"]

    def put_pack(self, key: str, folder: Path, names: Sequence[str]) -> Pack:
        """Puts these files of the folder into one object. Raises Unavailable."""
        files: dict[str, tuple[int, int]] = {}
        with tempfile.TemporaryFile() as body, _translated():
            for name in names:
                first, pressed = body.tell(), zlib.compressobj(1)
                with (folder / name).open("rb") as source:
                    while part := source.read(FILE_BYTES):
                        body.write(pressed.compress(part))
                body.write(pressed.flush())
                files[name] = (first, body.tell() - first)
            body.seek(0)
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/octet-stream")
        return Pack(files)

    def delete(self, key: str) -> None:
        """Deletes a pack; idempotent. Raises Unavailable."""
        with _translated():
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def sweep(self, before: datetime) -> int:
        """Deletes orphaned packs, put before this instant and named by no manifest. Raises Unavailable.

        Returns how many. What the manifest names stays, with the packs that readers of a recent one need. The manifest
        is read after the listing, so that a pack which a writer has just put in force is seen to be. Indexes of older
        forms go whole, a month after their last change.
        """
        with _translated():
            listing = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=ROOT)
            put_at = {each["Key"]: each["LastModified"] for page in listing for each in page.get("Contents", ())}
        found = self.manifest()
        named = found[0].packs.keys() if found else ()
        changed_at: dict[int, datetime] = {}
        for key, at in put_at.items():
            changed_at[_form_of(key)] = max(at, changed_at.get(_form_of(key), at))
        orphaned = [
            key
            for key, at in put_at.items()
            if (_form_of(key) == FORM and key != MANIFEST and key not in named and at < before)
            or (_form_of(key) < FORM and changed_at[_form_of(key)] < before - OLD_FORM_KEPT)
        ]
        for key in orphaned:
            self.delete(key)
        return len(orphaned)

    def fetch(self, manifest: Manifest, folder: Path) -> None:
        """Brings the folder to the manifest's state: fetches what it lacks, removes the rest. Raises Unavailable."""
        wanted = manifest.files()
        lacking = {name: place for name, place in wanted.items() if not (folder / name).exists()}
        with ThreadPoolExecutor(AT_ONCE) as pool, _translated():
            for done in [pool.submit(self._fetch, folder, *each) for each in _runs(lacking)]:
                done.result()
        written = folder / f"{META}.new"
        written.write_text(manifest.meta)
        written.replace(folder / META)
        # tantivy collects only files that are listed here.
        (folder / ".managed.json").write_text(msgspec.json.encode([*wanted, META]).decode())
        for path in folder.iterdir():
            if path.name not in wanted and not path.name.endswith(("json", ".lock")):
                path.unlink()

    def _fetch(self, folder: Path, key: str, files: Sequence[tuple[str, int, int]]) -> None:
        """Files that follow each other in one pack, by one request. Raises Unavailable, of a pack that is gone too."""
        end = files[-1][1] + files[-1][2] - 1
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={files[0][1]}-{end}")
        except ClientError as error:
            if _code(error) in _MISSING:
                raise Unavailable from error
            raise
        with contextlib.closing(answer["Body"]) as body:
            for name, _, length in files:
                part, opened = folder / f"{name}.part", zlib.decompressobj()
                with part.open("wb") as file:
                    left = length
                    while left:
                        data = body.read(min(left, FILE_BYTES))
                        if not data:
                            raise Unavailable
                        left -= len(data)
                        file.write(opened.decompress(data))
                part.rename(folder / name)


def _runs(files: Mapping[str, tuple[str, int, int]]) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """The files by pack, those that touch each other together."""
    ordered = sorted((key, first, length, name) for name, (key, first, length) in files.items())
    key_of, run = "", list[tuple[str, int, int]]()
    for key, first, length, name in ordered:
        if run and (key != key_of or first != run[-1][1] + run[-1][2]):
            yield key_of, run
            run = []
        key_of = key
        run.append((name, first, length))
    if run:
        yield key_of, run


def _form_of(key: str) -> int:
    """The form of the index that an object belongs to; of what is none of an index, one that is never swept."""
    form = key.removeprefix(ROOT).partition("/")[0]
    return int(form) if form.isascii() and form.isdigit() else FORM + 1


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Raises Unavailable for S3's transient errors."""
    try:
        yield
    except BotoCoreError as error:
        raise Unavailable from error
    except ClientError as error:
        if _code(error) in _TRANSIENT:
            raise Unavailable from error
        raise
