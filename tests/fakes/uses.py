"""In-memory fake: counts of downloads by track."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.catalogue.ports_uses import Counted
from tests.fakes.catalogue import MemoryTracks


@dataclass
class MemoryUses:
    """Counts in memory; `tracks` learn of them."""

    tracks: MemoryTracks
    counted: Counter[str] = field(default_factory=Counter)
    marks: set[str] = field(default_factory=set)

    def add(self, track_id: str, download_ids: Collection[str], _now: datetime) -> Counted:
        new = set(download_ids) - self.marks
        self.marks |= new
        self.counted[track_id] += len(new)
        return Counted(self.counted[track_id], len(new))

    def show(self, track_id: str, uses: int) -> None:
        if track_id in self.tracks.stored:
            self.tracks.stored[track_id] = replace(self.tracks.stored[track_id], uses=uses)
