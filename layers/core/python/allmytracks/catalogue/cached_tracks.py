"""A cache of tracks for the download's hot path."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Holder, Origin, Track, TrackChanges
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock


@dataclass
class CachedTracks:
    """An LRU cache of tracks, so that a warm download reads none.

    Holds at most `size` of them, each for `fresh_for`, after which it is read again.
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

    def edit(self, track_id: str, changes: TrackChanges) -> Track:
        self._kept.pop(track_id, None)
        return self.source.edit(track_id, changes)

    def withdraw(self, track_id: str, at: datetime) -> Track:
        self._kept.pop(track_id, None)
        return self.source.withdraw(track_id, at)

    def restore(self, track_id: str) -> Track:
        self._kept.pop(track_id, None)
        return self.source.restore(track_id)

    def several(self, track_ids: Sequence[str]) -> dict[str, Track]:
        return self.source.several(track_ids)

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        return self.source.holders(checksums)

    def request_rebuild(self, at: datetime) -> None:
        self.source.request_rebuild(at)

    def all(self) -> Iterator[Track]:
        return self.source.all()

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        return self.source.page(limit=limit, cursor=cursor)
