"""In-memory fake: counts of downloads by track."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from msgspec.structs import replace

from tests.fakes.catalogue import MemoryTracks


@dataclass
class MemoryUses:
    """Counts in memory; `tracks` learn of them."""

    tracks: MemoryTracks
    counted: Counter[str] = field(default_factory=Counter)

    def add(self, track_id: str, downloads: int) -> int:
        self.counted[track_id] += downloads
        return self.counted[track_id]

    def show(self, track_id: str, uses: int) -> None:
        if track_id in self.tracks.stored:
            self.tracks.stored[track_id] = replace(self.tracks.stored[track_id], uses=uses)
