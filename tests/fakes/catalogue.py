"""In-memory fakes: catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from allmytracks.catalogue.dynamodb import _cursor, _duplicate, _track_id_of
from allmytracks.catalogue.ports import Upload
from allmytracks.catalogue.rules import Holder, Origin, Rendition, RenditionNotFound, Track, TrackChanges, TrackNotFound
from allmytracks.catalogue.s3 import UPLOAD_SECONDS, s3_checksum
from allmytracks.foundation.paging import Page


@dataclass
class MemoryMasters:
    """In-memory masters; an upload puts the bytes into `stored` under the link's key."""

    stored: dict[str, bytes] = field(default_factory=dict)

    def upload(self, rendition: Rendition, now: datetime) -> Upload:
        headers = {"Content-Type": rendition.media_type, "x-amz-checksum-sha256": s3_checksum(rendition.sha256)}
        return Upload(
            rendition.format,
            f"http://masters.invalid/{rendition.key}",
            headers,
            now + timedelta(seconds=UPLOAD_SECONDS),
        )

    def read(self, rendition: Rendition) -> bytes:
        if rendition.key not in self.stored:
            raise RenditionNotFound(f"This track has no {rendition.format}.")
        return self.stored[rendition.key]

    def holds(self, rendition: Rendition) -> bool:
        found = self.stored.get(rendition.key)
        return found is not None and hashlib.sha256(found).hexdigest() == rendition.sha256


@dataclass
class MemoryTracks:
    """Tracks in memory."""

    stored: dict[str, Track] = field(default_factory=dict)
    bound: dict[str, Holder] = field(default_factory=dict)
    rebuilds: list[datetime] = field(default_factory=list)

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

    def edit(self, track_id: str, changes: TrackChanges) -> Track:
        self.stored[track_id] = changes.of(self.get(track_id))
        return self.stored[track_id]

    def withdraw(self, track_id: str, at: datetime) -> Track:
        track = self.get(track_id)
        self.stored[track_id] = replace(track, withdrawn_at=track.withdrawn_at or at)
        return self.stored[track_id]

    def restore(self, track_id: str) -> Track:
        self.stored[track_id] = replace(self.get(track_id), withdrawn_at=None)
        return self.stored[track_id]

    def several(self, track_ids: Sequence[str]) -> dict[str, Track]:
        return {track_id: self.stored[track_id] for track_id in track_ids if track_id in self.stored}

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        return {checksum: self.bound[checksum] for checksum in checksums if checksum in self.bound}

    def request_rebuild(self, at: datetime) -> None:
        self.rebuilds.append(at)

    def all(self) -> Iterator[Track]:
        return iter(list(self.stored.values()))

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        after = _track_id_of(cursor) if cursor else ""
        ids = sorted(each for each in self.stored if each > after)
        tracks = [self.stored[each] for each in ids[:limit]]
        return Page(tracks, _cursor(tracks[-1].id) if len(ids) > limit else None)
