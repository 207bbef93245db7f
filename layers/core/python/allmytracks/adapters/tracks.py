"""Tracks in the catalogue table, the same in memory, and a cache for the download's hot path."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.adapters.dynamodb import CONDITION_FAILED, Table, bind, connect, failed_reasons, translated
from allmytracks.domain.errors import FieldProblem, InvalidFields
from allmytracks.domain.instants import parse_rfc3339, rfc3339
from allmytracks.domain.tracks import DuplicateTrack, Holder, Origin, Rendition, Track, TrackKind, TrackNotFound
from allmytracks.ports.downloads import Page
from allmytracks.ports.time_and_ids import Clock
from allmytracks.ports.tracks import Tracks

TRACK = "TRACK"
TRACK_PREFIX = "TRACK#"


class TrackItem(Model):
    """One track. `renditions` is JSON: it is always read whole."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    title = UnicodeAttribute()
    artist = UnicodeAttribute()
    kind = UnicodeAttribute()
    genres: ListAttribute[str] = ListAttribute()
    moods: ListAttribute[str] = ListAttribute()
    instruments: ListAttribute[str] = ListAttribute()
    bpm = NumberAttribute(null=True)
    key = UnicodeAttribute(null=True)
    duration_seconds = NumberAttribute()
    renditions = UnicodeAttribute()
    added_at = UnicodeAttribute()
    import_id = UnicodeAttribute()
    path = UnicodeAttribute()


class ChecksumItem(Model):
    """Binds one checksum to one track for good."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    track_id = UnicodeAttribute()
    import_id = UnicodeAttribute()
    path = UnicodeAttribute()


class DynamoTracks:
    """Tracks in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._tracks = bind(TrackItem, table)
        self._checksums = bind(ChecksumItem, table)
        self._connection = connect(table)

    def get(self, track_id: str) -> Track:
        with translated():
            try:
                item = self._tracks.get(TRACK_PREFIX + track_id, TRACK, consistent_read=True)
            except DoesNotExist:
                raise TrackNotFound("There is no such track.") from None
        return _to_track(item)

    def add(self, track: Track, origin: Origin) -> bool:
        with translated():
            try:
                with TransactWrite(connection=self._connection) as transaction:
                    transaction.save(self._track_item(track, origin), condition=self._tracks.pk.does_not_exist())
                    for checksum in dict.fromkeys(origin.checksums):
                        unbound = self._checksums.pk.does_not_exist() | (self._checksums.track_id == track.id)
                        transaction.save(self._checksum_item(checksum, track, origin), condition=unbound)
            except TransactWriteError as error:
                failed = [reason is not None and reason.code == CONDITION_FAILED for reason in failed_reasons(error)]
                if not any(failed):
                    raise
                # The track's own item comes first; where it alone stood in the way, it is this very track.
                if any(failed[1:]):
                    self._refuse_duplicate(track, origin)
                return False
        return True

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        keys = [(_checksum_key(checksum), TRACK) for checksum in dict.fromkeys(checksums)]
        with translated():
            return {
                item.pk.partition("#")[2]: Holder(item.track_id, item.import_id, item.path)
                for item in self._checksums.batch_get(keys, consistent_read=True)
            }

    def all(self) -> Iterator[Track]:
        with translated():
            for item in self._tracks.scan(self._tracks.sk == TRACK, consistent_read=True):
                if item.pk.startswith(TRACK_PREFIX):
                    yield _to_track(item)

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        start = _start_key(cursor) if cursor else None
        with translated():
            condition = self._tracks.pk.startswith(TRACK_PREFIX)
            found = self._tracks.scan(condition, limit=limit, last_evaluated_key=start)
            tracks = [_to_track(item) for item in found]
        more = found.last_evaluated_key is not None and len(tracks) == limit
        return Page(tracks, _cursor(tracks[-1].id) if more else None)

    def _refuse_duplicate(self, track: Track, origin: Origin) -> None:
        for holder in self.holders(origin.checksums).values():
            if holder.track_id != track.id:
                raise _duplicate(holder)

    def _track_item(self, track: Track, origin: Origin) -> TrackItem:
        return self._tracks(
            TRACK_PREFIX + track.id,
            TRACK,
            title=track.title,
            artist=track.artist,
            kind=track.kind,
            genres=list(track.genres),
            moods=list(track.moods),
            instruments=list(track.instruments),
            bpm=track.bpm,
            key=track.key,
            duration_seconds=track.duration_seconds,
            renditions=msgspec.json.encode(track.renditions).decode(),
            added_at=rfc3339(track.added_at),
            import_id=origin.import_id,
            path=origin.path,
        )

    def _checksum_item(self, checksum: str, track: Track, origin: Origin) -> ChecksumItem:
        return self._checksums(
            _checksum_key(checksum), TRACK, track_id=track.id, import_id=origin.import_id, path=origin.path
        )


def _checksum_key(checksum: str) -> str:
    return f"CHECKSUM#{checksum}"


def _duplicate(holder: Holder) -> DuplicateTrack:
    return DuplicateTrack("The catalogue has this file already.", track_id=holder.track_id, path=holder.path)


def _to_track(item: TrackItem) -> Track:
    return Track(
        id=item.pk.removeprefix(TRACK_PREFIX),
        title=item.title,
        artist=item.artist,
        kind=TrackKind(item.kind),
        genres=tuple(item.genres),
        moods=tuple(item.moods),
        instruments=tuple(item.instruments),
        bpm=None if item.bpm is None else int(item.bpm),
        key=item.key,
        duration_seconds=float(item.duration_seconds),
        renditions=msgspec.json.decode(item.renditions, type=tuple[Rendition, ...]),
        added_at=parse_rfc3339(item.added_at),
    )


def _cursor(track_id: str) -> str:
    return base64.urlsafe_b64encode(track_id.encode()).decode("ascii").rstrip("=")


def _track_id_of(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode("ascii")).decode()
    except (binascii.Error, ValueError):
        message = "Use next_cursor of the page before as it is."
        raise InvalidFields([FieldProblem("cursor", "invalid", message)]) from None


def _start_key(cursor: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": TRACK_PREFIX + _track_id_of(cursor)}, "sk": {"S": TRACK}}


@dataclass
class MemoryTracks:
    """Tracks in memory."""

    stored: dict[str, Track] = field(default_factory=dict)
    bound: dict[str, Holder] = field(default_factory=dict)

    def get(self, track_id: str) -> Track:
        if track_id not in self.stored:
            raise TrackNotFound("There is no such track.")
        return self.stored[track_id]

    def add(self, track: Track, origin: Origin) -> bool:
        for holder in self.holders(origin.checksums).values():
            if holder.track_id != track.id:
                raise _duplicate(holder)
        if track.id in self.stored:
            return False
        self.stored[track.id] = track
        self.bound |= dict.fromkeys(origin.checksums, Holder(track.id, origin.import_id, origin.path))
        return True

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        return {checksum: self.bound[checksum] for checksum in checksums if checksum in self.bound}

    def all(self) -> Iterator[Track]:
        return iter(list(self.stored.values()))

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        after = _track_id_of(cursor) if cursor else ""
        ids = sorted(each for each in self.stored if each > after)
        tracks = [self.stored[each] for each in ids[:limit]]
        return Page(tracks, _cursor(tracks[-1].id) if len(ids) > limit else None)


@dataclass
class CachedTracks:
    """Keeps the tracks that were asked for last, so that a warm download reads none.

    At most `size` of them; one is asked for again when it was kept for `fresh_for`, so that a change shows in time.
    """

    source: Tracks
    clock: Clock
    size: int = 2048
    fresh_for: timedelta = timedelta(minutes=5)
    _kept: OrderedDict[str, tuple[datetime, Track]] = field(default_factory=OrderedDict)

    def get(self, track_id: str) -> Track:
        now = self.clock.now()
        kept = self._kept.get(track_id)
        if kept is None or not timedelta(0) <= now - kept[0] < self.fresh_for:
            kept = (now, self.source.get(track_id))
            self._kept[track_id] = kept
        self._kept.move_to_end(track_id)
        if len(self._kept) > self.size:
            self._kept.popitem(last=False)
        return kept[1]

    def add(self, track: Track, origin: Origin) -> bool:
        return self.source.add(track, origin)

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        return self.source.holders(checksums)

    def all(self) -> Iterator[Track]:
        return self.source.all()

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        return self.source.page(limit=limit, cursor=cursor)
