"""The waveform of a track's preview, to draw before it is played."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import Masters, Tracks
from allmytracks.catalogue.rules import WAVEFORM


@dataclass(frozen=True)
class ShowWaveform:
    """The JSON text that the import stored beside the preview. Raises TrackNotFound, RenditionNotFound, Unavailable."""

    tracks: Tracks
    masters: Masters

    def __call__(self, track_id: str) -> bytes:
        track = self.tracks.get(track_id)
        track.require_on_sale()
        return self.masters.read(track.companion(WAVEFORM))
