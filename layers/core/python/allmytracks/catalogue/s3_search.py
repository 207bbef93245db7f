"""The search index in S3: immutable packs of segments, and a manifest that names those in force.

A commit puts its new files into one pack, then replaces the manifest where nobody else did meanwhile (If-Match); who
lost reads again and retries. Readers fetch of each pack what they do not have yet. A pack that no manifest names any
more is kept for readers of an older one, and then deleted. Once a day a writer sweeps what an interrupted one left.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Listing, TrackNotFound
from allmytracks.catalogue.rules_search import Found, TrackQuery
from allmytracks.catalogue.s3_segments import FOLDER, META, Change, Lost, Manifest, Pack, SegmentStore
from allmytracks.catalogue.tantivy_documents import HEAP_OF_A_CHANGE, HEAP_OF_A_REBUILD, create, live_files, write
from allmytracks.catalogue.tantivy_folder import SearchFolder
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock, Ids

if TYPE_CHECKING:
    import tantivy

CHECK_EVERY = timedelta(seconds=3)
FIRST_PAGES = 256  # answers of queries without words that are kept until the index changes
REBUILDS = 5  # attempts of one commit while others are writing too
KEPT_FOR_READERS = timedelta(hours=1)
SWEPT_EVERY = timedelta(days=1)
YOUNGEST_SWEPT = timedelta(days=1)  # a writer that put a pack names it within its time-out of minutes
REMEMBERED = 2_000  # changed tracks that a rebuild can catch up with


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
        if not manifest.meta:  # the first index, or the first of a new form: these tracks alone would be all
            with tempfile.TemporaryDirectory() as made:
                return self._rebuild(before, _Rebuilt(Path(made), tracks))
        self._store.fetch(manifest, folder)
        index = _open(folder)
        current = tracks.several(track_ids)
        write(index, current.values(), track_ids, heap=HEAP_OF_A_CHANGE)
        after = self._packed(manifest, folder)
        change = Change(after.number, tuple(track_ids))
        now = self._clock.now()
        due = manifest.swept_at is None or now - manifest.swept_at >= SWEPT_EVERY
        swept_at = now if due else manifest.swept_at
        after = replace(after, changes=_remembered((*manifest.changes, change)), swept_at=swept_at)
        self._put(after, manifest, etag)
        if due:
            with contextlib.suppress(Unavailable):  # tomorrow again
                self._store.sweep(now - YOUNGEST_SWEPT)
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
        return replace(manifest, number=number, meta=(folder / META).read_text(), packs=packs)

    def _put(self, after: Manifest, before: Manifest, etag: str | None) -> None:
        made = after.packs.keys() - before.packs.keys()
        try:
            self._known = (after, self._store.replace(after, etag))
        except Lost:
            # A put that is retried as its answer was lost finds the manifest replaced by itself.
            found = self._store.manifest()
            if found is None or not made or not made <= found[0].packs.keys():
                for key in made:
                    self._store.delete(key)
                raise
            self._known = found
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
        self._first_pages: dict[TrackQuery, Found] = {}

    def find(self, query: TrackQuery) -> Found:
        """See ports.TrackSearch."""
        opened = self._opened()
        if opened is None:
            return Found((), None, 0)
        if query.words:
            return opened.find(query)
        # The first pages, which everybody asks for, cost the most: nothing but an order selects them.
        if query not in self._first_pages:
            if len(self._first_pages) >= FIRST_PAGES:
                self._first_pages.clear()
            self._first_pages[query] = opened.find(query)
        return self._first_pages[query]

    def similar(self, track_id: str, limit: int) -> list[Listing]:
        """See ports.TrackSearch."""
        opened = self._opened()
        if opened is None:
            raise TrackNotFound("There is no such track.")
        return opened.similar(track_id, limit)

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
        self._first_pages.clear()


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
