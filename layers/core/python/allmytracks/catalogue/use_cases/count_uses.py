"""Downloads are counted by track, for the order `most_used`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.catalogue.ports_uses import Uses
from allmytracks.catalogue.rules_uses import is_news
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class CountUses:
    """Counts a batch of downloads, each once however often it is delivered. Raises Unavailable."""

    uses: Uses
    clock: Clock

    def __call__(self, track_of: Mapping[str, str]) -> None:
        """`track_of`: the track of each download, by the download's id."""
        by_track: dict[str, list[str]] = {}
        for download_id, track_id in track_of.items():
            by_track.setdefault(track_id, []).append(download_id)
        for track_id, download_ids in by_track.items():
            counted = self.uses.add(track_id, download_ids, self.clock.now())
            # A batch that was interrupted between the two adds nothing when it comes again, and shows what it counted.
            if not counted.added or is_news(counted.uses - counted.added, counted.uses):
                self.uses.show(track_id, counted.uses)
