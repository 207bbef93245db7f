"""An operator takes a track off sale, and puts it back."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Track
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class WithdrawTrack:
    """A withdrawn track is neither found nor granted; existing downloads and licences stay. Raises TrackNotFound.

    Functions cache a track for some minutes (`CachedTracks`), and may grant it for as long.
    """

    tracks: Tracks
    audit: Audit
    clock: Clock

    def __call__(self, track_id: str, operator: Operator) -> Track:
        self.tracks.get(track_id)
        self.audit(operator, "track_withdrawn", track_id)
        return self.tracks.withdraw(track_id, self.clock.now())

    def restore(self, track_id: str, operator: Operator) -> Track:
        """Puts it back on sale."""
        self.tracks.get(track_id)
        self.audit(operator, "track_restored", track_id)
        return self.tracks.restore(track_id)
