"""An operator edits a track's description."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Track, TrackChanges
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit


@dataclass(frozen=True)
class EditTrack:
    """Licences that name the track stay as they were issued. Raises TrackNotFound, InvalidFields."""

    tracks: Tracks
    audit: Audit

    def __call__(self, track_id: str, changes: TrackChanges, operator: Operator) -> Track:
        changes.of(self.tracks.get(track_id))
        self.audit(operator, "track_edited", track_id)
        return self.tracks.edit(track_id, changes)
