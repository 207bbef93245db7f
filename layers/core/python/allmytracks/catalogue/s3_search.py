"""The search index in S3: immutable packs of segments, and a manifest that names those in force.

A commit puts its new files into one pack, then replaces the manifest where nobody else did meanwhile (If-Match); who
lost reads again and retries. Readers fetch of each pack what they do not have yet. A pack that no manifest names any
more is kept for readers of an older one, and then deleted.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct
from msgspec.structs import replace

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Listing
from allmytracks.catalogue.rules_search import FORM, Found, TrackQuery
from allmytracks.catalogue.tantivy_folder import (
    HEAP_OF_A_CHANGE,
    HEAP_OF_A_REBUILD,
    META,
    SearchFolder,
    create,
    live_files,
    write,
)
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock, Ids

if TYPE_CHECKING:
    import tantivy
    from mypy_boto3_s3 import S3Client

FOLDER = f"search/{FORM}"
MANIFEST = f"{FOLDER}/manifest.json"
CHECK_EVERY = timedelta(seconds=3)
REBUILDS = 5  # attempts of one commit while others are writing too
KEPT_FOR_READERS = timedelta(hours=1)
REMEMBERED = 2_000  # changed tracks that a rebuild can catch up with
AT_ONCE = 8  # packs that are fetched at a time
FILE_BYTES = 1 << 20  # a file is packed in parts of so many bytes, so that it is never whole in memory
# Without the right to list the bucket, which is not needed here, S3 answers 403 for a key that is not there.
_MISSING = frozenset({"NoSuchKey", "404", "AccessDenied", "403"})
_NOT_MODIFIED = frozenset({"304", "NotModified"})
_RACED = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_TRANSIENT = frozenset({"InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "500", "502", "503"})


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
        self._s3: S3Client = sdk_client("s3", config=Config(retries={"mode": "standard"}))

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
        """Files that follow each other in one pack, by one request."""
        end = files[-1][1] + files[-1][2] - 1
        answer = self._s3.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={files[0][1]}-{end}")
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


class S3SearchIndex:
    """Writes the index; a warm function keeps its copy and fetches only what others wrote."""

    def __init__(self, bucket: str, clock: Clock, ids: Ids, folder: Path | None = None) -> None:
        self._store = SegmentStore(bucket)
        self._clock = clock
        self._ids = ids
        self._folder = folder
        self._known: tuple[Manifest, str | None] | None = None

    def update(self, tracks: Tracks, track_ids: Sequence[str]) -> int:
        """See ports.SearchIndex."""
        with self._working_folder() as folder:
            return self._commit(lambda before: self._update(before, folder, tracks, track_ids))

    def rebuild(self, tracks: Tracks) -> int:
        """See ports.SearchIndex."""
        with tempfile.TemporaryDirectory() as made:
            built = _Rebuilt(Path(made), tracks)
            return self._commit(lambda before: self._rebuild(before, built))

    def _commit(self, attempt: Callable[[tuple[Manifest, str | None]], int]) -> int:
        for _ in range(REBUILDS):
            found = self._store.manifest(self._known[1] if self._known else None) or self._known
            if found is None:
                raise Unavailable
            self._known = None  # until the attempt succeeds the folder is of no manifest
            with contextlib.suppress(Lost):
                return attempt(found)
        raise Unavailable

    def _update(
        self, before: tuple[Manifest, str | None], folder: Path, tracks: Tracks, track_ids: Sequence[str]
    ) -> int:
        manifest, etag = before
        if manifest.meta:
            self._store.fetch(manifest, folder)
            index = _open(folder)
        else:
            _empty(folder)
            index = create(folder)
        current = tracks.several(track_ids)
        write(index, current.values(), track_ids, heap=HEAP_OF_A_CHANGE)
        after = self._packed(manifest, folder)
        change = Change(after.number, tuple(track_ids))
        self._put(replace(after, changes=_remembered((*manifest.changes, change))), manifest, etag)
        return SearchFolder(folder).size

    def _rebuild(self, before: tuple[Manifest, str | None], built: _Rebuilt) -> int:
        manifest, etag = before
        built.catch_up(manifest)
        after = self._packed(manifest, built.folder)
        self._put(replace(after, changes=(), rebuilt=after.number), manifest, etag)
        self._known = None  # its folder is gone
        return SearchFolder(built.folder).size

    def _packed(self, manifest: Manifest, folder: Path) -> Manifest:
        """The manifest of what is in the folder, after its new files are in S3."""
        live, held = live_files(folder), manifest.files()
        number, now = manifest.number + 1, self._clock.now()
        packs = {key: pack for key, pack in manifest.packs.items() if not _is_over(pack, now)}
        for key, pack in packs.items():
            if pack.retired_at is None and not set(pack.files) & set(live):
                packs[key] = replace(pack, retired_at=now)
        new = [name for name in live if name not in held]
        if new:
            key = f"{FOLDER}/{self._ids.new('pck')}"
            packs[key] = self._store.put_pack(key, folder, new)
        return Manifest(number, (folder / META).read_text(), packs, manifest.changes, manifest.rebuilt)

    def _put(self, after: Manifest, before: Manifest, etag: str | None) -> None:
        try:
            self._known = (after, self._store.replace(after, etag))
        except Lost:
            for key in after.packs.keys() - before.packs.keys():
                self._store.delete(key)
            raise
        for key in before.packs.keys() - after.packs.keys():
            self._store.delete(key)

    @contextlib.contextmanager
    def _working_folder(self) -> Iterator[Path]:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="search-writer-"))
        yield self._folder


class _Rebuilt:
    """A new index of the whole catalogue, brought up to date where others wrote while it was made."""

    def __init__(self, folder: Path, tracks: Tracks) -> None:
        self.folder = folder
        self._tracks = tracks
        self._read_at: int | None = None

    def catch_up(self, manifest: Manifest) -> None:
        """Makes it hold at least what the manifest's index does, and nothing older."""
        changed = None if self._read_at is None else manifest.changed_since(self._read_at)
        if changed is None:
            _empty(self.folder)
            write(create(self.folder), self._tracks.all(), heap=HEAP_OF_A_REBUILD)
        elif changed:
            ids = sorted(changed)
            write(_open(self.folder), self._tracks.several(ids).values(), ids, heap=HEAP_OF_A_CHANGE)
        self._read_at = manifest.number


class S3TrackSearch:
    """Searches a local copy of the index; the manifest is looked at at most every CHECK_EVERY.

    Before the first index nothing is found; while S3 is unavailable, the local copy keeps serving.
    """

    def __init__(self, bucket: str, clock: Clock, folder: Path | None = None) -> None:
        self._store = SegmentStore(bucket)
        self._clock = clock
        self._folder = folder or Path(tempfile.mkdtemp(prefix="search-"))
        self._open: SearchFolder | None = None
        self._etag: str | None = None
        self._checked_at: datetime | None = None

    def find(self, query: TrackQuery) -> Found:
        """See ports.TrackSearch."""
        opened = self._opened()
        return opened.find(query) if opened else Found((), None, 0)

    def listings(self, track_ids: Sequence[str]) -> dict[str, Listing]:
        """See ports.TrackSearch."""
        opened = self._opened()
        return opened.listings(track_ids) if opened else {}

    def explain(self, query: TrackQuery, track_id: str) -> dict[str, object] | None:
        """See ports.TrackSearch."""
        opened = self._opened()
        return opened.explain(query, track_id) if opened else None

    def _opened(self) -> SearchFolder | None:
        now = self._clock.now()
        if self._checked_at is None or not timedelta(0) <= now - self._checked_at < CHECK_EVERY:
            try:
                self._refresh()
                self._checked_at = now
            except Unavailable:
                if self._open is None:
                    raise
        return self._open

    def _refresh(self) -> None:
        found = self._store.manifest(self._etag)
        if found is None or not found[0].meta:
            return
        manifest, etag = found
        self._store.fetch(manifest, self._folder)
        if self._open is None:
            self._open = SearchFolder(self._folder)
        else:
            self._open.reload()
        self._etag = etag


def _open(folder: Path) -> tantivy.Index:
    import tantivy  # noqa: PLC0415 - 13 MB of native code, for writers alone

    return tantivy.Index.open(str(folder))


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _is_over(pack: Pack, now: datetime) -> bool:
    return pack.retired_at is not None and now - pack.retired_at >= KEPT_FOR_READERS


def _remembered(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The newest changes, of at most REMEMBERED tracks."""
    kept, tracks = list[Change](), 0
    for change in reversed(changes):
        tracks += len(change.tracks)
        if tracks > REMEMBERED:
            break
        kept.append(change)
    return tuple(reversed(kept))


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
